package dev.capdrop.linux.machine;

import dev.capdrop.core.capability.Capability;
import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.condition.MountStatus;
import dev.capdrop.linux.libc.FileStatus;
import dev.capdrop.linux.root.SafeRoot;
import java.io.IOException;
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

    /// The mount that holds a path; null when unknown.
    ///
    /// @param root the container's root directory
    static @Nullable MountStatus of(
            String path, CapabilitySet bounding, boolean unprivileged, SafeRoot root) {
        for (String point : POINTS) {
            if ((path + "/").startsWith(point + "/")) {
                return new MountStatus(
                        type(point),
                        readOnly(point, bounding, unprivileged),
                        path.equals(point),
                        "0:0");
            }
        }
        return ofRoot(path, root);
    }

    private static String type(String point) {
        if (point.equals("/sys/fs/cgroup")) {
            return Files.exists(UNIFIED) ? "cgroup2" : "tmpfs";
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

    private static @Nullable MountStatus ofRoot(String path, SafeRoot root) {
        try {
            FileStatus status = root.stat(path);
            return status == null
                    ? null
                    : new MountStatus(
                            MountStatus.SOME_TYPE, false, path.equals("/"), status.device());
        } catch (IOException unreadable) {
            return null;
        }
    }
}
