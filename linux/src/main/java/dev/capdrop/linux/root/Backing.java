package dev.capdrop.linux.root;

import java.util.Set;

/// The party that answers for a file system, by its type, which also tells who can put it where a
/// container sees it.
///
/// Source: the `fs_flags` of each `struct file_system_type`. Types with FS_USERNS_MOUNT can be
/// mounted by a container's root: in Linux 6.18 fuse, overlay, and some that the kernel answers for
/// itself. Others take root of the host.
enum Backing {
    /// The kernel, from its own memory.
    KERNEL(
            "proc sysfs tmpfs ramfs devtmpfs devpts mqueue cgroup cgroup2 securityfs selinuxfs debugfs "
                    + "tracefs configfs bpf hugetlbfs pstore efivarfs fusectl binfmt_misc"),
    /// The kernel, from a block device, which root of the host has mounted.
    DISK(
            "ext2 ext3 ext4 xfs btrfs bcachefs f2fs jfs nilfs2 reiserfs zfs squashfs erofs iso9660 "
                    + "vfat exfat ntfs3"),
    /// Another machine, by a mount of the host's root.
    NETWORK("nfs nfs4 cifs smb3 ceph 9p virtiofs ocfs2 gfs2"),
    /// Other file systems, which cannot be told from the container's words.
    LAYERS("overlay"),
    /// A program; or nobody knows, for this type is in no row.
    PROGRAM("");

    private final Set<String> types;

    Backing(String types) {
        this.types = Set.of(types.split(" "));
    }

    static Backing of(String type) {
        for (Backing one : values()) {
            if (one.types.contains(type)) {
                return one;
            }
        }
        return PROGRAM;
    }
}
