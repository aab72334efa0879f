package dev.capdrop.linux.root;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A file at a path of the host that somebody else may have filled: a FIFO, a device, an endless
/// file. It is opened without being opened (O_PATH of open(2)), then its kind is known, and only
/// that very file is read: nothing blocks, and nobody can exchange it in between.
public record HostFile(Descriptor file, Libc.FileStatus status) implements AutoCloseable {
    /// Opens the file at a path, symlinks followed, or throws NoSuchFileException.
    public static HostFile at(Path path) throws IOException {
        return at(path, 0);
    }

    /// Opens the file at a path, a last symlink itself.
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

    public static byte[] read(Path path, int limit) throws IOException {
        try (HostFile found = at(path)) {
            return found.read(limit);
        }
    }

    public static List<String> names(Path path, int limit) throws IOException {
        try (HostFile found = at(path)) {
            return found.list(path, limit);
        }
    }

    public Path realPath() throws IOException {
        return Path.of(Libc.readlink(file.path()));
    }

    /// Reads its content, or throws NoSuchFileException: pmxcfs, which knows files by their paths
    /// alone, has nothing to read of one that was replaced since the look.
    ///
    /// @throws IOException when it is no regular file, or larger than `limit`, some MiB
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

    public static final class Bounded {
        private Bounded() {}

        public static byte[] read(Descriptor file, String name, int limit) throws IOException {
            byte[] bytes = readOrNothing(file, limit, 0);
            if (bytes == null) {
                throw tooLarge(name, limit);
            }
            return bytes;
        }

        /// Reads all of a file of this stated size, which in /proc and /sys is 0, or too much; null
        /// when it holds more than `limit` bytes.
        public static byte @Nullable [] readOrNothing(Descriptor file, int limit, long size)
                throws IOException {
            byte[] buffer = {};
            int length = 0;
            while (length <= limit) {
                byte[] more = Libc.read(file, limit + 1 - length);
                if (more.length == 0) {
                    return length == buffer.length ? buffer : Arrays.copyOf(buffer, length);
                }
                if (length == 0) {
                    // most files of /proc and /sys are as short as what is read at once
                    buffer = more;
                } else {
                    buffer = withRoom(buffer, length + more.length, limit, size);
                    System.arraycopy(more, 0, buffer, length, more.length);
                }
                length += more.length;
            }
            return null;
        }

        private static byte[] withRoom(byte[] buffer, int length, int limit, long size) {
            long grown = Math.min(Math.max(buffer.length * 4L, size), limit + 1L);
            return length <= buffer.length ? buffer : Arrays.copyOf(buffer, (int) grown);
        }

        /// Returns the beginning of the file at a path as ISO-8859-1, at most `most` bytes of it.
        public static String latin1(Path path, int most) throws IOException {
            try (InputStream in = Files.newInputStream(path)) {
                return new String(in.readNBytes(most), StandardCharsets.ISO_8859_1);
            }
        }

        /// Returns all of the file at a path of at most `limit` bytes as UTF-8.
        public static String text(String path, int limit) throws IOException {
            try (Descriptor file = Libc.open(path, Libc.TO_READ)) {
                return new String(read(file, path, limit), StandardCharsets.UTF_8);
            }
        }

        public static byte[] beginning(Descriptor file, int most) throws IOException {
            byte[] buffer = new byte[most];
            int length = 0;
            int count = -1;
            while (count != 0 && length < most) {
                count = Libc.read(file, buffer, length, most - length);
                length += count;
            }
            return Arrays.copyOf(buffer, length);
        }

        static IOException tooLarge(String name, int limit) {
            return new IOException("'" + name + "' is larger than " + limit + " bytes");
        }
    }
}
