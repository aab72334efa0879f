package dev.capdrop.linux.store;

import dev.capdrop.core.change.ConfigChangedException;
import dev.capdrop.core.change.ConfigStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Arrays;

/// Configuration files of the host's file system, replaced crash-safely.
///
/// The new file keeps mode, owner and extended attributes, POSIX ACLs and security labels among
/// them where the file system lets us. A link is followed and what it leads to is replaced.
/// Instances may be used by several threads.
public final class FileConfigStore implements ConfigStore {
    /// The largest configuration; liblxc itself knows no limit.
    private static final int MAX_BYTES = 16 << 20;

    private static final String UNTOUCHED = "; the file is unchanged";

    private final ConfigLock lock;

    /// Takes liblxc's locks, and waits 10 s for each.
    public FileConfigStore() {
        this(Path.of("/run/lxc/lock"), Duration.ofSeconds(10));
    }

    FileConfigStore(Path lockRoot, Duration patience) {
        lock = new ConfigLock(lockRoot, patience);
    }

    @Override
    public String read(String path) throws IOException {
        Path file = absolute(path);
        try {
            return new String(bytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException failed) {
            throw Failure.of("read", file, failed, "");
        }
    }

    /// {@inheritDoc}
    ///
    /// @throws IOException one sentence; the file is unchanged unless it says otherwise
    @Override
    public void replace(String path, String expected, String content) throws IOException {
        Path named = absolute(path);
        byte[] old = latin1(expected);
        byte[] next = latin1(content);
        try (LockFile _ = lock.take(named)) {
            Path file = resolved(named);
            write(file, old, next, path);
            requireWritten(file, next);
        }
    }

    private static Path resolved(Path named) throws IOException {
        try {
            return named.toRealPath();
        } catch (IOException failed) {
            throw Failure.of("write", named, failed, UNTOUCHED);
        }
    }

    private static void write(Path file, byte[] old, byte[] next, String path) throws IOException {
        DurableFile durable = new DurableFile(file);
        try {
            requireContent(file, old, path);
            if (Arrays.equals(old, next)) {
                durable.removeLeftover();
            } else {
                durable.replace(
                        next,
                        temporary -> copy(file, temporary),
                        () -> requireContent(file, old, path));
            }
        } catch (ConfigChangedException changed) {
            throw changed;
        } catch (IOException failed) {
            throw Failure.of("write", file, failed, consequence(file, next));
        }
    }

    /// The JDK opens the copy with O_EXCL and sets mode, owner and attributes by descriptor.
    private static void copy(Path file, Path temporary) throws IOException {
        Files.copy(file, temporary, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    }

    private static String consequence(Path file, byte[] content) {
        try {
            return Arrays.equals(bytes(file), content)
                    ? "; the new file is in place, but may be lost in a power failure"
                    : UNTOUCHED;
        } catch (IOException unreadable) {
            return "; it cannot even be read back";
        }
    }

    private static void requireContent(Path file, byte[] expected, String path) throws IOException {
        if (!Arrays.equals(bytes(file), expected)) {
            throw new ConfigChangedException(path);
        }
    }

    private static void requireWritten(Path file, byte[] content) throws IOException {
        byte[] written;
        try {
            written = bytes(file);
        } catch (IOException failed) {
            throw Failure.of("read back", file, failed, consequence(file, content));
        }
        if (!Arrays.equals(written, content)) {
            throw new IOException(
                    "'" + file + "' was overwritten by another program right after it was written");
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
            throw new IOException("it is no regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("it is larger than 16 MiB");
            }
            return bytes;
        }
    }

    private static byte[] latin1(String bytes) {
        if (!StandardCharsets.ISO_8859_1.newEncoder().canEncode(bytes)) {
            throw new IllegalArgumentException("a content that is no string of bytes");
        }
        return bytes.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Path absolute(String path) throws IOException {
        try {
            Path file = Path.of(path);
            if (file.isAbsolute() && file.getNameCount() > 0) {
                return file;
            }
        } catch (InvalidPathException unmappable) {
            throw new IOException(
                    "the locale's encoding cannot name '" + path + "' (set LC_ALL=C.UTF-8)",
                    unmappable);
        }
        throw new IllegalArgumentException("'" + path + "' is no absolute path of a file");
    }
}
