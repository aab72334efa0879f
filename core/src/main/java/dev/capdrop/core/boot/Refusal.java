package dev.capdrop.core.boot;

import dev.capdrop.core.unit.LoadedUnit;
import java.util.Set;

/// What the kernel refuses whoever asks from a user namespace, whatever capabilities it holds.
///
/// Source: the file systems' `fs_flags` without `FS_USERNS_MOUNT`, which mount(2) needs outside of
/// the initial user namespace (fs/super.c, `mount_capable`); `audit_bind` of kernel/audit.c, which
/// asks the initial namespace for `CAP_AUDIT_READ`.
final class Refusal {
    /// Those of systemd's own mount units, and what fstab(5) often names.
    private static final Set<String> NOT_IN_USER_NAMESPACE =
            Set.of(
                    "debugfs",
                    "tracefs",
                    "configfs",
                    "securityfs",
                    "hugetlbfs",
                    "pstore",
                    "efivarfs",
                    "fusectl",
                    "ext2",
                    "ext3",
                    "ext4",
                    "xfs",
                    "btrfs",
                    "vfat",
                    "iso9660",
                    "nfs",
                    "nfs4",
                    "nfsd",
                    "rpc_pipefs",
                    "cifs");

    private Refusal() {}

    /// Whether starting the unit fails in an unprivileged container.
    static boolean refuses(LoadedUnit unit) {
        return switch (unit.type()) {
            case "mount" -> {
                String type = unit.value("Mount", "Type");
                yield type != null && NOT_IN_USER_NAMESPACE.contains(type);
            }
            case "socket" ->
                    unit.values("Socket", "ListenNetlink").stream()
                            .anyMatch(v -> v.equals("audit") || v.startsWith("audit "));
            default -> false;
        };
    }
}
