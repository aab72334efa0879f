package dev.capdrop.linux.root;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.core.unit.Words;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Descriptor.Handover;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.ErrnoException.Errno;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.libc.Libc.FileStatus;
import dev.capdrop.linux.root.HostFile.Bounded;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Reads below a root directory that an adversary owns, and can neither be led out nor held up:
/// every path is resolved by openat2(2) below a descriptor of the root, symlinks included; the root
/// itself is not touched before it is known to be on a file system that answers ([HostMounts]); no
/// mount is crossed, and `/run`, the one exception, must be a tmpfs; a file is opened for reading
/// only once it is known to be regular; and every size has a limit.
public final class SafeRoot implements AutoCloseable {
    private static final long IN_ROOT =
            Libc.RESOLVE_IN_ROOT | Libc.RESOLVE_NO_MAGICLINKS | Libc.RESOLVE_NO_XDEV;
    private static final long BENEATH =
            Libc.RESOLVE_BENEATH | Libc.RESOLVE_NO_MAGICLINKS | Libc.RESOLVE_NO_XDEV;
    private static final String RUN = "/run/";
    private static final String MOUNT_ID = "mnt_id:";
    private static final int FDINFO = 4096;

    private final Descriptor root;
    private final @Nullable Descriptor run;
    private final @Nullable MountWalk walk;
    private @Nullable Deadline end;

    private SafeRoot(Descriptor root, @Nullable Descriptor run, @Nullable MountWalk walk) {
        this.root = root;
        this.run = run;
        this.walk = walk;
    }

    /// Opens a root directory of the host's, off-line; `/run` in it is an ordinary directory.
    public static SafeRoot of(Path directory) throws IOException {
        int flags = Libc.O_PATH | Libc.O_DIRECTORY;
        return new SafeRoot(Libc.open(directory.toString(), flags), null, null);
    }

    /// Opens the root directory of a process by its `/proc/PID` and the mountinfo in it.
    ///
    /// @throws SilentException when its root may never answer
    /// @throws IOException when the process is gone
    public static SafeRoot ofProcess(Descriptor process, String mountinfo, HostMounts host)
            throws IOException {
        MountTable mounts = MountTable.parse(mountinfo);
        return Handover.of(
                Libc.openat(process, "root", Libc.O_PATH | Libc.O_DIRECTORY, 0),
                root -> {
                    requireAnswers(mounts.mount(mountOf(root)), host);
                    MountWalk walk = new MountWalk(root, mounts, host);
                    return new SafeRoot(root, openRun(root, mounts), walk);
                });
    }

    /// Thrown when the root directory may never answer, since a program of the container serves it.
    public static final class SilentException extends IOException {
        private static final long serialVersionUID = 1L;

        SilentException(String sentence) {
            super(sentence);
        }
    }

    private static void requireAnswers(MountTable.@Nullable Mount mount, HostMounts host)
            throws IOException {
        if (mount == null) {
            throw new IOException(
                    "the container's root directory was mounted just now, or is hidden from its own list of mounts; nothing below it is read");
        }
        if (!host.answers(mount)) {
            throw new SilentException(
                    "the container's root directory, '/', is a mount of type '%s' that the container may have made itself, and that may never answer; nothing below it is read"
                            .formatted(mount.type()));
        }
    }

    /// Returns the id of the mount of an open file, without asking the file system itself as
    /// statx(2) and fstatfs(2) do (proc_pid_fdinfo(5)).
    static long mountOf(Descriptor file) throws IOException {
        for (String line : Bounded.text(file.information(), FDINFO).split("\n")) {
            if (line.startsWith(MOUNT_ID)) {
                return Long.parseLong(line.substring(MOUNT_ID.length()).strip());
            }
        }
        throw new IOException("the kernel does not say on which mount a file lies");
    }

    private static @Nullable Descriptor openRun(Descriptor root, MountTable mounts)
            throws IOException {
        if (mounts.mountsOnEntry(mountOf(root), "run")) {
            return null;
        }
        Descriptor run;
        try {
            long how = Libc.RESOLVE_IN_ROOT | Libc.RESOLVE_NO_SYMLINKS;
            run = Libc.openat2(root, "run", Libc.O_PATH | Libc.O_DIRECTORY, how);
        } catch (ErrnoException absent) {
            return null;
        }
        MountTable.Mount mount = mounts.mount(mountOf(run));
        if (mount != null && mount.type().equals("tmpfs")) {
            return run;
        }
        run.close();
        return null;
    }

    /// Stops all looks at the deadline: the tree may be endless.
    public void giveUpAt(Deadline deadline) {
        end = deadline;
    }

    /// Returns an absolute path's status on this file system, symlinks followed; null for none.
    public @Nullable FileStatus stat(String path) throws IOException {
        return stat(path, 0);
    }

    public @Nullable FileStatus lstat(String path) throws IOException {
        return stat(path, Libc.O_NOFOLLOW);
    }

    private @Nullable FileStatus stat(String path, int flags) throws IOException {
        try (Descriptor file = openPath(path, flags)) {
            return Libc.fstat(file);
        } catch (ErrnoException e) {
            e.unless(Errno.ENOENT, Errno.ENOTDIR);
            return null;
        }
    }

    /// Returns the target of a symlink, as written in it; null for any other path.
    public @Nullable String readlink(String path) throws IOException {
        try (Descriptor link = openPath(path, Libc.O_NOFOLLOW)) {
            return Libc.readlinkat(link, "");
        } catch (ErrnoException e) {
            e.unless(Errno.ENOENT, Errno.ENOTDIR);
            return null;
        }
    }

    /// Reads a regular file of at most `limit` bytes, or throws.
    public byte[] read(String path, int limit) throws IOException {
        try (RegularFile file = open(path)) {
            if (file.size() > limit) {
                throw Bounded.tooLarge(path, limit);
            }
            return Bounded.read(file.file(), path, limit);
        }
    }

    /// A regular file to be read in pieces, and its size at first, which its owner can change.
    public record RegularFile(Descriptor file, long size) implements AutoCloseable {
        @Override
        public void close() {
            file.close();
        }
    }

    RegularFile open(String path) throws IOException {
        try (Descriptor found = openPath(path, 0)) {
            return open(path, found, Libc.fstat(found));
        }
    }

    public RegularFile openAcross(String path) throws IOException {
        try {
            return open(path);
        } catch (ErrnoException elsewhere) {
            elsewhere.unless(Errno.EXDEV);
        }
        try (MountWalk.Found found = across(path, true)) {
            return open(path, found.file(), found.status());
        }
    }

    private static RegularFile open(String path, Descriptor found, FileStatus status)
            throws IOException {
        if (!status.regular()) {
            throw new IOException("'" + path + "' is not a regular file");
        }
        return new RegularFile(Libc.reopen(found, Libc.TO_READ), status.size());
    }

    /// Returns machine-id(5)'s id; empty where there is none, or it is malformed.
    public String machineId() {
        String id = Errand.or("", () -> readText("/etc/machine-id", 64).strip());
        return id.matches("[0-9a-f]{32}") ? id : "";
    }

    /// Reads a regular file as text, with U+FFFD for bytes that are not UTF-8.
    public String readText(String path, int limit) throws IOException {
        return new String(read(path, limit), UTF_8);
    }

    public List<String> list(String path, int limit) throws IOException {
        return entries(path, limit).stream().map(Libc.DirectoryEntry::name).toList();
    }

    public List<Libc.DirectoryEntry> entries(String path, int limit) throws IOException {
        try (Descriptor found = openPath(path, Libc.O_DIRECTORY);
                Descriptor directory = Libc.reopen(found, Libc.TO_LIST)) {
            return Libc.getdents(directory, limit);
        }
    }

    /// Finds an absolute path, on any mount that answers by itself; a root without mounts, as an
    /// off-line one is, throws always.
    ///
    /// @param follow whether a last symlink is followed
    public MountWalk.Found across(String path, boolean follow) throws IOException {
        if (walk == null) {
            throw new IOException("'" + path + "' is not looked for across mounts");
        }
        return walk.find(path, follow);
    }

    /// Opens an absolute path without opening (O_PATH of open(2)): the descriptor says what the
    /// file is and where, and reads nothing.
    ///
    /// @param flags O_NOFOLLOW, O_DIRECTORY
    public Descriptor openPath(String path, int flags) throws IOException {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("'" + path + "' is not absolute");
        }
        if (end != null && end.passed()) {
            throw new IOException(
                    "not all files were looked at: that takes more than " + end.allowed());
        }
        if (run != null && path.startsWith(RUN)) {
            String below = path.substring(RUN.length()).replaceAll("^/+", "");
            return Libc.openat2(run, below.isEmpty() ? "." : below, Libc.O_PATH | flags, BENEATH);
        }
        return Libc.openat2(root, path, Libc.O_PATH | flags, IN_ROOT);
    }

    @Override
    public void close() {
        root.close();
        if (run != null) {
            run.close();
        }
    }

    /// Walks a path of an adversary's tree component by component (path_resolution(7)), so that a
    /// mount is only entered once it is known to answer by itself.
    public record MountWalk(Descriptor root, MountTable mounts, HostMounts host) {
        private static final int MOST_LINKS = 40;
        private static final int MOST_COMPONENTS = 1000;
        private static final long ONE_STEP = Libc.RESOLVE_BENEATH | Libc.RESOLVE_NO_MAGICLINKS;

        /// The end of a path.
        ///
        /// @param file opened with O_PATH
        /// @param mountPoint whether it is that mount's root
        /// @param temporary whether a mount on the way is gone with the container, and not made
        ///   anew
        public record Found(
                Descriptor file,
                FileStatus status,
                MountTable.Mount mount,
                boolean mountPoint,
                boolean temporary)
                implements AutoCloseable {
            public @Nullable String text(int limit) throws IOException {
                if (!status.regular()) {
                    return null;
                }
                try (Descriptor opened = Libc.reopen(file, Libc.TO_READ)) {
                    return new String(Bounded.read(opened, "file", limit), UTF_8);
                }
            }

            public List<String> names(int limit) throws IOException {
                return status.directory() ? Libc.names(file, limit) : List.of();
            }

            @Override
            public void close() {
                file.close();
            }
        }

        private record Place(Descriptor file, FileStatus status) {}

        /// Throws ENOENT or ENOTDIR where nothing is there, and an IOException where it leads into
        /// a mount that may never answer, or too far.
        Found find(String path, boolean follow) throws IOException {
            Deque<Place> way = new ArrayDeque<>();
            Descriptor top = Libc.openat(root, ".", Libc.O_PATH | Libc.O_DIRECTORY, 0);
            way.push(new Place(top, Libc.fstat(root)));
            try {
                return walk(way, path, follow);
            } finally {
                way.forEach(place -> place.file().close());
            }
        }

        private Found walk(Deque<Place> way, String path, boolean follow) throws IOException {
            Deque<String> open = new ArrayDeque<>(Words.ofPath(path));
            int links = 0;
            int steps = 0;
            boolean served = path.matches("/+(proc|sys)(/.*)?");
            boolean temporary = false;
            while (!open.isEmpty()) {
                if (++steps > MOST_COMPONENTS) {
                    throw new IOException("'" + path + "' has too many components");
                }
                String component = open.pop();
                if (component.equals("..")) {
                    if (way.size() > 1) {
                        way.pop().file().close();
                    }
                    continue;
                }
                Place here = way.getFirst();
                List<String> init = ofInit(component);
                if (!init.isEmpty() && mount(here, path).type().equals("proc")) {
                    init.reversed().forEach(open::push);
                    continue;
                }
                Place next = step(here, component);
                boolean link = next.status().symlink() && (follow || !open.isEmpty());
                if (!link) {
                    way.push(next);
                    temporary |= !served && mount(next, path).temporary();
                    continue;
                }
                String target = target(next);
                if (++links > MOST_LINKS) {
                    throw new IOException("'" + path + "' has too many symlinks");
                }
                while (target.startsWith("/") && way.size() > 1) {
                    way.pop().file().close();
                }
                Words.ofPath(target).reversed().forEach(open::push);
            }
            return found(way, path, temporary);
        }

        /// Returns the path of proc(5)'s `self` and `thread-self`: the container's PID 1.
        private static List<String> ofInit(String component) {
            return switch (component) {
                case "self" -> List.of("1");
                case "thread-self" -> List.of("1", "task", "1");
                default -> List.of();
            };
        }

        private Found found(Deque<Place> way, String path, boolean temporary) throws IOException {
            Place end = way.pop();
            boolean point =
                    way.isEmpty() || way.getFirst().status().mountId() != end.status().mountId();
            return new Found(end.file(), end.status(), mount(end, path), point, temporary);
        }

        private static String target(Place link) throws IOException {
            try (Descriptor file = link.file()) {
                return Libc.readlinkat(file, "");
            }
        }

        private Place step(Place from, String component) throws IOException {
            if (mounts.mountsOnEntry(from.status().mountId(), component)) {
                throw new IOException("'" + component + "' is mounted by who enters it");
            }
            return Handover.of(opened(from, component), file -> new Place(file, Libc.fstat(file)));
        }

        /// Enters a mount in a step of its own, once it is known.
        private Descriptor opened(Place from, String component) throws IOException {
            int flags = Libc.O_PATH | Libc.O_NOFOLLOW;
            try {
                return Libc.openat2(from.file(), component, flags, ONE_STEP | Libc.RESOLVE_NO_XDEV);
            } catch (ErrnoException refused) {
                refused.unless(Errno.EXDEV);
            }
            return Handover.of(
                    Libc.openat2(from.file(), component, flags, ONE_STEP),
                    file -> {
                        requireAnswers(mount(SafeRoot.mountOf(file), component), component);
                        return file;
                    });
        }

        private void requireAnswers(MountTable.Mount mount, String component) throws IOException {
            boolean prompt =
                    switch (mount.backing()) {
                        case KERNEL, DISK -> host.answers(mount);
                        case NETWORK, LAYERS, PROGRAM -> false;
                    };
            if (!prompt) {
                throw new IOException(
                        "'%s' is a mount of type '%s', which may never answer"
                                .formatted(component, mount.type()));
            }
        }

        private MountTable.Mount mount(Place place, String path) throws IOException {
            return mount(place.status().mountId(), path);
        }

        private MountTable.Mount mount(long id, String path) throws IOException {
            MountTable.Mount mount = mounts.mount(id);
            if (mount == null) {
                throw new IOException("'" + path + "' was mounted just now");
            }
            return mount;
        }
    }

    /// Decides which mounts of a container answer without asking one of the container's own
    /// programs, which may keep a request (FUSE) for ever, beyond SIGKILL. What lies below an
    /// overlay cannot be told from outside. So a mount is only looked at when the container cannot
    /// have made it, when no program can stand behind its type, or when the host's own mountinfo
    /// has the same file system.
    ///
    /// Source: fuse(4), mount_namespaces(7), Documentation/filesystems/overlayfs.rst ("Permission
    /// model"), and [MountTable.Backing].
    public record HostMounts(
            boolean unprivileged, Errand<List<MountTable>> host, Path connections) {
        private static final int MINOR_BITS = 20;

        /// The option of a FUSE file system that root of the host has mounted.
        private static final String BY_ROOT = "user_id=0";

        /// The block devices that a program or a file of the container's can stand behind: loop and
        /// nbd (Documentation/admin-guide/devices.txt).
        private static final List<String> UNCERTAIN_DISKS = List.of("7:", "43:");

        /// Reads the host's own mounts when they are needed, which is seldom.
        ///
        /// @param unprivileged whether the container's root is not the host's
        /// @param others the mountinfo of other processes of the host's root
        public HostMounts(boolean unprivileged, List<String> others) {
            this(unprivileged, () -> tables(others), Path.of("/sys/fs/fuse/connections"));
        }

        private static List<MountTable> tables(List<String> others) throws IOException {
            List<MountTable> tables = new ArrayList<>();
            tables.add(MountTable.parse(Files.readString(Path.of("/proc/self/mountinfo"))));
            others.forEach(other -> tables.add(MountTable.parse(other)));
            return tables;
        }

        boolean answers(MountTable.Mount mount) throws IOException {
            return switch (mount.backing()) {
                case KERNEL -> true;
                case DISK -> unprivileged || certainDisk(mount) || known(mount.device());
                case NETWORK -> unprivileged || known(mount.device());
                case LAYERS -> known(mount.device()) || (unprivileged && noForeignFuse());
                case PROGRAM -> known(mount.device());
            };
        }

        private static boolean certainDisk(MountTable.Mount mount) {
            return UNCERTAIN_DISKS.stream().noneMatch(mount.device()::startsWith);
        }

        private boolean known(String device) throws IOException {
            for (MountTable table : host.take()) {
                MountTable.Mount mount = table.ofDevice(device);
                if (mount != null) {
                    return !mount.type().matches("fuse(blk)?(\\..*)?")
                            || MountTable.has(mount.options(), BY_ROOT);
                }
            }
            return false;
        }

        /// Whether all FUSE file systems of this machine are the host's: then none is below an
        /// overlay, which keeps the connection of one. The overlay must have been there before this
        /// was asked.
        private boolean noForeignFuse() throws IOException {
            MountTable own = host.take().getFirst();
            if (!own.holds(connections.toString(), "fusectl")) {
                return false;
            }
            try (DirectoryStream<Path> all = Files.newDirectoryStream(connections)) {
                for (Path connection : all) {
                    long number = Long.parseLong(connection.getFileName().toString());
                    String device =
                            (number >>> MINOR_BITS) + ":" + (number & (1L << MINOR_BITS) - 1);
                    if (!known(device)) {
                        return false;
                    }
                }
                return true;
            } catch (DirectoryIteratorException | NumberFormatException unreadable) {
                return false;
            }
        }
    }
}
