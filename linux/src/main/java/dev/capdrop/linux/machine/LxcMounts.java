package dev.capdrop.linux.machine;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.MountStatus;
import dev.capdrop.core.condition.PathStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The mounts of a container that LXC starts with the configuration it ships.
///
/// Source: lxc.container.conf(5), `lxc.mount.auto`: `cgroup:mixed proc:mixed sys:mixed`, and
/// `sys:rw` in a user namespace; liblxc's `lxc_mount_auto_mounts`, which makes /proc/sys/net
/// writable for a container that keeps net_admin.
final class LxcMounts {
    private static final Path CGROUP = Path.of("/sys/fs/cgroup");
    private static final Path UNIFIED = CGROUP.resolve("cgroup.controllers");

    /// In the order in which they are looked through: the deepest first.
    private static final List<String> POINTS =
            List.of(
                    "/proc/sysrq-trigger",
                    "/proc/sys/net",
                    "/proc/sys",
                    "/proc",
                    "/sys/devices/virtual/net",
                    "/sys/fs/cgroup",
                    "/sys",
                    "/dev");

    private LxcMounts() {}

    /// The mount that holds a path; null when it is none of them, or unknown.
    static @Nullable MountStatus of(String path, CapabilitySet bounding, boolean unprivileged) {
        for (String point : POINTS) {
            boolean below = (path + "/").startsWith(point + "/");
            if (below && point.equals("/sys/fs/cgroup") && !Files.exists(UNIFIED)) {
                return null;
            }
            if (below) {
                return new MountStatus(
                        type(point),
                        readOnly(point, bounding, unprivileged),
                        path.equals(point),
                        "0:0");
            }
        }
        return null;
    }

    /// What LXC makes of a device node that conditions ask for; null for any other path.
    static @Nullable PathStatus device(String path) {
        return switch (path) {
            case "/dev/console", "/dev/null", "/dev/zero", "/dev/full", "/dev/urandom" ->
                    new PathStatus(PathStatus.Kind.OTHER, 0, false, 0);
            case "/dev/random", "/dev/tty" -> new PathStatus(PathStatus.Kind.OTHER, 0, false, 0);
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

    private static boolean readOnly(String point, CapabilitySet bounding, boolean unprivileged) {
        return switch (point) {
            case "/proc/sys", "/proc/sysrq-trigger" -> true;
            case "/proc/sys/net" -> !bounding.contains(Capability.of("net_admin"));
            case "/sys" -> !unprivileged;
            default -> false;
        };
    }
}
