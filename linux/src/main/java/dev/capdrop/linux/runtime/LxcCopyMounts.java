package dev.capdrop.linux.runtime;

import module java.base;

/// The mounts of a container that its copies have; one that is not understood is left out. Source:
/// lxc.container.conf(5), `lxc.mount.entry`; fstab(5) for the fields and their escapes.
final class LxcCopyMounts {
    /// Stands for a copy's own folder.
    static final String FOLDER = "\0";

    /// File systems without a disk, each mount of which has contents of its own.
    private static final Set<String> OF_ITS_OWN =
            Set.of("devpts", "mqueue", "proc", "ramfs", "tmpfs");

    /// File systems that show the kernel, the same at each mount.
    private static final Set<String> KERNEL_FILE_SYSTEMS =
            Set.of(
                    "binfmt_misc",
                    "bpf",
                    "cgroup",
                    "cgroup2",
                    "configfs",
                    "debugfs",
                    "efivarfs",
                    "fusectl",
                    "hugetlbfs",
                    "pstore",
                    "securityfs",
                    "sysfs",
                    "tracefs");

    /// Mounts of the host's that the configurations of lxc-templates bind into a container.
    private static final Set<String> BINDS_OF_TEMPLATES =
            Set.of(
                    "/proc/sys/fs/binfmt_misc",
                    "/sys/fs/fuse/connections",
                    "/sys/fs/pstore",
                    "/sys/kernel/debug",
                    "/sys/kernel/security");

    private static final Pattern OF_A_BIND =
            Pattern.compile(
                    "r?bind|ro|rw|defaults|optional|create=(dir|file)|no(dev|suid|exec|atime|diratime)|(rel|strict)atime");
    private static final Pattern OF_A_FILE_SYSTEM =
            Pattern.compile(
                    "(ro|rw|defaults|optional|create=dir|newinstance|no(dev|suid|exec|atime|diratime)|(rel|strict)atime)|(size|mode|uid|gid|ptmxmode|nr_inodes|nr_blocks|max|hidepid|subset)=[0-9a-z%]+");

    private static final Pattern BIND = Pattern.compile("(.*,)?r?bind(,.*)?");
    private static final Pattern UPWARDS = Pattern.compile("(.*/)?\\.\\.(/.*)?");
    private static final String STRANGE = "it is not understood";
    private static final int FEWEST_FIELDS = 4;
    private static final int MOST_FIELDS = 6;

    private final Path root;
    private final Overlays overlays;
    private final List<String> entries = new ArrayList<>();
    private final List<String> differences;
    private final List<Path> shared = new ArrayList<>();

    @FunctionalInterface
    interface Overlays {
        boolean canBe(Path folder) throws IOException;
    }

    /// @param differences is told of mounts that are not as the container's
    LxcCopyMounts(List<String> all, Path root, Overlays overlays, List<String> differences)
            throws IOException {
        this.differences = differences;
        this.root = root;
        this.overlays = overlays;
        for (String entry : all) {
            String why = added(entry);
            if (!why.isEmpty()) {
                differences.add("without its mount '" + entry + "': " + why);
            }
        }
    }

    List<String> entries() {
        return entries;
    }

    List<Path> shared() {
        return shared;
    }

    /// Returns why copies do not have it; empty where they do.
    private String added(String entry) throws IOException {
        String[] fields = entry.strip().split("[ \t]+");
        if (!isUnderstood(entry, fields)) {
            return STRANGE;
        }
        String target = target(fields);
        if (!target.isEmpty()) {
            return target;
        }
        String why = BIND.matcher(fields[3]).matches() ? bound(fields) : mounted(fields);
        if (why.isEmpty()) {
            entries.add(String.join(" ", fields));
        }
        return why;
    }

    private static boolean isUnderstood(String entry, String[] fields) {
        return fields.length >= FEWEST_FIELDS
                && fields.length <= MOST_FIELDS
                && entry.chars().allMatch(one -> one == '\t' || (one >= ' ' && one <= '~'))
                && decoded(entry).indexOf('\\') < 0
                && "\"'#".indexOf(entry.strip().charAt(0)) < 0;
    }

    private static String decoded(String field) {
        return field.replace("\\040", " ").replace("\\011", "\t");
    }

    private String target(String[] fields) {
        String target = decoded(fields[1]);
        if (target.startsWith("/")) {
            if (!target.startsWith(root + "/")) {
                return "its target is not below '" + root + "'";
            }
            target = target.substring(root.toString().length()).replaceFirst("^/+", "");
        }
        fields[1] = target.replace(" ", "\\040").replace("\t", "\\011");
        return target.isEmpty() || UPWARDS.matcher(target).matches() ? STRANGE : "";
    }

    private String mounted(String[] fields) {
        String type = fields[2];
        if (!OF_ITS_OWN.contains(type) && !KERNEL_FILE_SYSTEMS.contains(type)) {
            return "a file system that others use, too";
        }
        if (!areAll(fields[3], OF_A_FILE_SYSTEM)) {
            return STRANGE;
        }
        if (KERNEL_FILE_SYSTEMS.contains(type)) {
            readOnly(fields, type);
        }
        return "";
    }

    private static boolean areAll(String options, Pattern known) {
        return List.of(options.split(",", -1)).stream()
                .allMatch(one -> known.matcher(one).matches());
    }

    private void readOnly(String[] fields, String what) {
        fields[3] += ",ro";
        differences.add("'" + what + "' read-only");
    }

    private String bound(String[] fields) throws IOException {
        String source = decoded(fields[0]);
        if (!source.startsWith("/")) {
            return "its source is relative";
        }
        if (UPWARDS.matcher(source).matches() || !areAll(fields[3], OF_A_BIND)) {
            return STRANGE;
        }
        fields[2] = "none";
        Path path;
        try {
            path = Path.of(source).toRealPath();
        } catch (IOException | InvalidPathException absent) {
            return "its source is not there now";
        }
        if (CopyRules.isHarmless(source) && path.toString().equals(source)) {
            return "";
        }
        if (BINDS_OF_TEMPLATES.contains(source)) {
            readOnly(fields, source);
            return "";
        }
        if (Stream.of("/proc", "/sys", "/dev").anyMatch(path::startsWith)) {
            return "its source is the kernel's, for the whole host";
        }
        return ofFiles(fields, source, path);
    }

    private String ofFiles(String[] fields, String source, Path path) throws IOException {
        if (Files.isRegularFile(path)) {
            readOnly(fields, source);
            return "";
        }
        if (!Files.isDirectory(path)) {
            return "its source is neither a folder nor a regular file";
        }
        if (!overlays.canBe(path)) {
            return "no overlay can be mounted over it";
        }
        fields[0] = FOLDER + "/" + shared.size();
        shared.add(path);
        differences.add("'" + source + "' in a copy of its own, which it may write to");
        return "";
    }
}
