package dev.capdrop.linux.root;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.FileStatus;
import dev.capdrop.linux.libc.Libc;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;

/// A file at a path of the host that somebody else may have filled: a FIFO, a device, an endless
/// file.
///
/// It is opened without being opened (O_PATH of open(2)), then its kind is known, and only that
/// very file is read: nothing blocks, and nobody can exchange it between the look and the reading.
public final class HostFile implements AutoCloseable {
    private final Descriptor file;
    private final FileStatus status;

    private HostFile(Descriptor file, FileStatus status) {
        this.file = file;
        this.status = status;
    }

    /// Opens the file at a path, symlinks followed, or throws NoSuchFileException.
    public static HostFile at(Path path) throws IOException {
        return at(path, 0);
    }

    /// Opens the file at a path, a last symlink itself, or throws NoSuchFileException.
    public static HostFile itselfAt(Path path) throws IOException {
        return at(path, Libc.O_NOFOLLOW);
    }

    private static HostFile at(Path path, int flags) throws IOException {
        Descriptor file = null;
        try {
            file = Libc.open(path.toString(), Libc.O_PATH | flags);
            return new HostFile(file, Libc.fstat(file));
        } catch (ErrnoException refused) {
            if (file != null) {
                file.close();
            }
            throw asJavaSays(refused, path);
        }
    }

    private static IOException asJavaSays(ErrnoException refused, Path path) {
        return switch (refused.errno()) {
            case ENOENT -> new NoSuchFileException(path.toString());
            case ENOTDIR -> new NotDirectoryException(path.toString());
            case EACCES -> new AccessDeniedException(path.toString());
            default -> refused;
        };
    }

    /// Reads the regular file at a path, symlinks followed.
    ///
    /// @param limit the most bytes that are acceptable, some MiB
    /// @throws IOException when it is no regular file, or larger
    public static byte[] read(Path path, int limit) throws IOException {
        try (HostFile found = at(path)) {
            return found.read(limit);
        }
    }

    /// Returns the names in the folder at a path, symlinks followed, in readdir(3)'s order.
    public static List<String> names(Path path, int limit) throws IOException {
        try (HostFile found = at(path)) {
            return found.list(path, limit);
        }
    }

    public FileStatus status() {
        return status;
    }

    /// Returns its path with all symlinks resolved.
    public Path realPath() throws IOException {
        return Path.of(Libc.readlink(file.path()));
    }

    /// Reads its content, or throws NoSuchFileException: file systems that know files by their
    /// paths alone, as pmxcfs, have nothing to read of one that was replaced since the look.
    ///
    /// @param limit the most bytes that are acceptable, some MiB
    /// @throws IOException when it is no regular file, or larger
    public byte[] read(int limit) throws IOException {
        if (!status.regular()) {
            throw new IOException("it is no regular file");
        }
        byte[] bytes;
        try (Descriptor opened = Libc.reopen(file, Libc.TO_READ)) {
            bytes = Bounded.readOrNothing(opened, limit, status.size());
        } catch (ErrnoException refused) {
            throw asJavaSays(refused, Path.of(file.path()));
        }
        if (bytes == null) {
            throw new IOException("it is larger than " + (limit >> 20) + " MiB");
        }
        return bytes;
    }

    /// Reads at most `most` first bytes of a regular file; none of another file.
    public byte[] beginning(int most) throws IOException {
        if (!status.regular()) {
            return new byte[0];
        }
        try (Descriptor opened = Libc.reopen(file, Libc.TO_READ)) {
            return Bounded.beginning(opened, most);
        }
    }

    /// Returns the names in a folder, which messages call `path`, in readdir(3)'s order.
    public List<String> list(Path path, int limit) throws IOException {
        if (!status.directory()) {
            throw new NotDirectoryException(path.toString());
        }
        try {
            return Libc.names(file, limit);
        } catch (ErrnoException refused) {
            throw asJavaSays(refused, path);
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
