package dev.capdrop.linux.machine;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Machine.MountStatus;
import dev.capdrop.core.condition.Machine.PathStatus;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The mounts that liblxc makes for a container by itself (lxc.container.conf(5), `lxc.mount.auto`;
/// `lxc_mount_auto_mounts`): `mixed` makes /proc/sys read-only, with /proc/sys/net over it for a
/// container that keeps net_admin.
///
/// @param proc the mode of /proc: `mixed` or `rw`
/// @param sys the mode of /sys: `mixed`, `ro` or `rw`
record LxcMounts(String proc, String sys) {
    private static final String MIXED = "mixed";
    private static final String WRITABLE = "rw";
    private static final Path CGROUP = Path.of("/sys/fs/cgroup");
    private static final Path UNIFIED = CGROUP.resolve("cgroup.controllers");

    /// The mount points of `lxc.mount.auto`, the deepest first.
    private static final List<String> MOUNT_POINTS =
            List.of(
                    "/proc/sysrq-trigger",
                    "/proc/sys/net",
                    "/proc/sys",
                    "/proc",
                    "/sys/devices/virtual/net",
                    "/sys/fs/cgroup",
                    "/sys",
                    "/dev");

    /// @param automatic the values of `lxc.mount.auto`, of which the last counts for a file system;
    ///   by default those that LXC ships
    static LxcMounts of(List<String> automatic, boolean unprivileged) {
        String proc = MIXED;
        String sys = unprivileged ? WRITABLE : MIXED;
        for (String value : automatic) {
            for (String word : value.strip().split("\\s+")) {
                int colon = word.indexOf(':');
                String how = colon < 0 ? MIXED : word.substring(colon + 1);
                switch (colon < 0 ? word : word.substring(0, colon)) {
                    case "proc" -> proc = how;
                    case "sys" -> sys = how;
                    default -> {}
                }
            }
        }
        return new LxcMounts(proc, sys);
    }

    /// Returns the mount that holds a path; null when it is none of them, or unknown.
    @Nullable MountStatus at(String path, CapabilitySet bounding) {
        for (String point : MOUNT_POINTS) {
            boolean below = (path + "/").startsWith(point + "/") && comes(point, bounding);
            if (below && point.equals("/sys/fs/cgroup") && !Files.exists(UNIFIED)) {
                return null;
            }
            if (below) {
                return new MountStatus(type(point), readOnly(point), path.equals(point), "0:0");
            }
        }
        return null;
    }

    private boolean comes(String point, CapabilitySet bounding) {
        return switch (point) {
            case "/proc/sys", "/proc/sysrq-trigger" -> proc.equals(MIXED);
            case "/proc/sys/net" ->
                    proc.equals(MIXED) && bounding.contains(Capability.of("net_admin"));
            case "/sys/devices/virtual/net" -> sys.equals(MIXED);
            default -> true;
        };
    }

    /// Returns the status of LXC's device node that conditions ask for; null for any other path.
    static @Nullable PathStatus device(String path) {
        return switch (path) {
            case "/dev/console",
                    "/dev/null",
                    "/dev/zero",
                    "/dev/full",
                    "/dev/urandom",
                    "/dev/random",
                    "/dev/tty" ->
                    new PathStatus(PathStatus.Kind.OTHER, 0, false, 0);
            case "/dev/tty0" -> PathStatus.MISSING;
            default -> null;
        };
    }

    private static String type(String point) {
        if (point.equals("/sys/fs/cgroup")) {
            return "cgroup2";
        }
        return point.startsWith("/proc") ? "proc" : point.startsWith("/sys") ? "sysfs" : "tmpfs";
    }

    private boolean readOnly(String point) {
        return switch (point) {
            case "/proc/sys", "/proc/sysrq-trigger" -> true;
            case "/sys" -> !sys.equals(WRITABLE);
            default -> false;
        };
    }
}
