package dev.capdrop.linux.root;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `/proc/PID/mountinfo`, parsed (proc_pid_mountinfo(5)).
public final class MountTable {
    /// What the kernel serves itself, or from a local disk: it answers without anybody's help, and
    /// no container can put a program of its own behind it.
    private static final Set<String> PROMPT =
            Set.of(
                    "proc",
                    "sysfs",
                    "tmpfs",
                    "ramfs",
                    "devtmpfs",
                    "devpts",
                    "mqueue",
                    "cgroup",
                    "cgroup2",
                    "securityfs",
                    "selinuxfs",
                    "debugfs",
                    "tracefs",
                    "configfs",
                    "bpf",
                    "hugetlbfs",
                    "pstore",
                    "efivarfs",
                    "fusectl",
                    "binfmt_misc",
                    "ext2",
                    "ext3",
                    "ext4",
                    "xfs",
                    "btrfs",
                    "zfs",
                    "squashfs",
                    "erofs",
                    "vfat");

    /// What is gone with the container.
    private static final Set<String> TEMPORARY =
            Set.of("tmpfs", "ramfs", "devtmpfs", "devpts", "mqueue", "hugetlbfs");

    /// One mount.
    ///
    /// @param device its file system, `major:minor`
    /// @param type of its file system
    /// @param readOnly whether the mount or its file system is
    public record Mount(String device, String type, boolean readOnly) {
        boolean fuse() {
            return type.equals("fuse") || type.startsWith("fuse.") || type.equals("fuseblk");
        }

        boolean prompt() {
            return PROMPT.contains(type);
        }

        /// Whether what it holds is gone with the container.
        public boolean temporary() {
            return TEMPORARY.contains(type);
        }
    }

    private final Map<Long, Mount> byId = new HashMap<>();

    /// @throws IllegalArgumentException when a line is not of the documented form
    static MountTable parse(String text) {
        MountTable table = new MountTable();
        text.lines().forEach(table::add);
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
        boolean readOnly = has(fields[5], "ro") || has(fields[fields.length - 1], "ro");
        byId.put(Long.parseLong(fields[0]), new Mount(fields[2], fields[separator + 1], readOnly));
    }

    private static boolean has(String options, String option) {
        return Arrays.asList(options.split(",")).contains(option);
    }

    @Nullable Mount mount(long id) {
        return byId.get(id);
    }

    boolean hasDevice(String device) {
        return byId.values().stream().anyMatch(m -> m.device().equals(device));
    }
}
