package dev.capdrop.linux.root;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Errno;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.FileStatus;
import dev.capdrop.linux.libc.Handover;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads below a root directory that an adversary owns.
///
/// It can neither be led out nor held up: every path is resolved by openat2(2) below a descriptor
/// of the root, symlinks included; the root itself is not touched before it is known to be on a
/// file system that answers ([HostMounts]); no mount is crossed, and `/run`, the one exception,
/// must be a tmpfs; a file is opened for reading only once it is known to be regular; and every
/// size has a limit.
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

    /// Opens the root directory of a process.
    ///
    /// @param process the open directory `/proc/PID`
    /// @param mountinfo the content of `/proc/PID/mountinfo`
    /// @throws SilentException when its root may never answer
    /// @throws IOException when the process is gone
    public static SafeRoot ofProcess(Descriptor process, String mountinfo, HostMounts host)
            throws IOException {
        MountTable mounts = MountTable.parse(mountinfo);
        return Handover.of(
                Libc.openat(process, "root", Libc.O_PATH | Libc.O_DIRECTORY, 0),
                root -> {
                    requireAnswers(mounts.mount(mountOf(root)), host);
                    return new SafeRoot(
                            root, openRun(root, mounts), new MountWalk(root, mounts, host));
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
        try (Descriptor facts = Libc.open(file.information(), Libc.O_RDONLY)) {
            String text = new String(Bounded.read(facts, "fdinfo", FDINFO), UTF_8);
            for (String line : text.split("\n")) {
                if (line.startsWith(MOUNT_ID)) {
                    return Long.parseLong(line.substring(MOUNT_ID.length()).strip());
                }
            }
            throw new IOException("the kernel does not say on which mount a file lies");
        }
    }

    private static @Nullable Descriptor openRun(Descriptor root, MountTable mounts)
            throws IOException {
        if (mounts.mountsOnEntry(mountOf(root), "run")) {
            return null;
        }
        Descriptor run;
        try {
            run =
                    Libc.openat2(
                            root,
                            "run",
                            Libc.O_PATH | Libc.O_DIRECTORY,
                            Libc.RESOLVE_IN_ROOT | Libc.RESOLVE_NO_SYMLINKS);
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

    /// Returns the status without following a last symlink.
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

    /// Reads a regular file.
    ///
    /// @param limit the most bytes that are acceptable
    /// @throws IOException when it is no regular file, or larger
    public byte[] read(String path, int limit) throws IOException {
        try (RegularFile file = open(path)) {
            if (file.size() > limit) {
                throw Bounded.tooLarge(path, limit);
            }
            return Bounded.read(file.file(), path, limit, file.size());
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

    /// Opens a regular file on any mount that answers by itself, or throws.
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

    /// Reads a regular file as text, with U+FFFD for bytes that are not UTF-8.
    public String readText(String path, int limit) throws IOException {
        return new String(read(path, limit), UTF_8);
    }

    /// Returns at most `limit` names in a directory.
    public List<String> list(String path, int limit) throws IOException {
        return entries(path, limit).stream().map(Libc.DirectoryEntry::name).toList();
    }

    /// Returns at most `limit` entries of a directory.
    public List<Libc.DirectoryEntry> entries(String path, int limit) throws IOException {
        try (Descriptor found = openPath(path, Libc.O_DIRECTORY);
                Descriptor directory = Libc.reopen(found, Libc.TO_LIST)) {
            return Libc.getdents(directory, limit);
        }
    }

    /// Finds an absolute path, on any mount that answers by itself.
    ///
    /// @param follow whether a last symlink is followed
    /// @throws IOException when it cannot be reached, or lies on a mount that may never answer; for
    ///   a root without mounts, as an off-line one is, always
    public MountWalk.Found across(String path, boolean follow) throws IOException {
        if (walk == null) {
            throw new IOException("'" + path + "' is not looked for across mounts");
        }
        return walk.find(path, follow);
    }

    /// Opens without opening: the descriptor says what the file is and where, and reads nothing
    /// (O_PATH of open(2)).
    ///
    /// @param path absolute
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
}
