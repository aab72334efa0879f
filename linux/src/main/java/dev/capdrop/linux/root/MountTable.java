package dev.capdrop.linux.root;

import module java.base;

import org.jspecify.annotations.Nullable;

/// `/proc/PID/mountinfo`, parsed (proc_pid_mountinfo(5)).
final class MountTable {
    private static final Set<String> TEMPORARY =
            Set.of("tmpfs", "ramfs", "devtmpfs", "devpts", "mqueue", "hugetlbfs");

    /// A mount.
    ///
    /// @param parent the id of the mount below it
    /// @param device its file system, `major:minor`
    /// @param point its place, as mountinfo writes it
    /// @param readOnly whether the mount or its file system is
    /// @param noExec whether nothing is executed from it
    public record Mount(
            long parent,
            String device,
            String point,
            String type,
            String options,
            boolean readOnly,
            boolean noExec) {
        Backing backing() {
            return Backing.of(type);
        }

        boolean temporary() {
            return TEMPORARY.contains(type);
        }
    }

    private final Map<Long, Mount> byId = new HashMap<>();

    static MountTable parse(String text) {
        MountTable table = new MountTable();
        // a carriage return ends no line: a name may hold one
        for (String line : text.split("\n")) {
            if (!line.isEmpty()) {
                table.add(line);
            }
        }
        return table;
    }

    private void add(String line) {
        String[] fields = line.split(" ");
        int separator = 6;
        while (separator < fields.length && !fields[separator].equals("-")) {
            separator++;
        }
        if (separator + 1 >= fields.length) {
            throw new IllegalArgumentException("'" + line + "' is no line of mountinfo");
        }
        String options = fields[fields.length - 1];
        byId.put(
                Long.parseLong(fields[0]),
                new Mount(
                        Long.parseLong(fields[1]),
                        fields[2],
                        fields[4],
                        fields[separator + 1],
                        options,
                        has(fields[5], "ro") || has(options, "ro"),
                        has(fields[5], "noexec")));
    }

    static boolean has(String options, String option) {
        return Arrays.asList(options.split(",")).contains(option);
    }

    @Nullable Mount mount(long id) {
        return byId.get(id);
    }

    @Nullable Mount ofDevice(String device) {
        for (Mount mount : byId.values()) {
            if (mount.device().equals(device)) {
                return mount;
            }
        }
        return null;
    }

    boolean holds(String point, String type) {
        return byId.values().stream()
                .anyMatch(m -> m.point().equals(point) && m.type().equals(type));
    }

    /// Whether entering a mount may mean waiting for a program to mount something there (autofs).
    ///
    /// @param parent the id of the mount below it
    /// @param name the last component of its place
    boolean mountsOnEntry(long parent, String name) {
        String end = "/" + escaped(name);
        return byId.values().stream()
                .filter(m -> m.type().equals("autofs") && m.parent() == parent)
                .anyMatch(m -> m.point().endsWith(end));
    }

    /// Escapes a name as the kernel does (seq_path_root).
    private static String escaped(String name) {
        return name.replace("\\", "\\134")
                .replace(" ", "\\040")
                .replace("\t", "\\011")
                .replace("\n", "\\012");
    }

    /// The party that answers for a file system, by its type. Source: the `fs_flags` of each
    /// `struct file_system_type`: types with FS_USERNS_MOUNT (fuse, overlay, and some of the
    /// kernel's own in Linux 6.18) can be mounted by a container's root; others take root of the
    /// host.
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
}
