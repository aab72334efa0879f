package dev.capdrop.linux.store;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.journal.Journal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/// Configuration files of the host's file system, replaced crash-safely.
///
/// A link is followed and its target is replaced. Instances may be used by several threads.
public final class FileConfigStore implements ConfigStore {
    private static final String UNTOUCHED = "; the file is unchanged";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ConfigRules rules;

    /// Makes the store of plain LXC: it takes liblxc's locks, and waits 10 s for each.
    public FileConfigStore() {
        this(Path.of("/run/lxc/lock"), PATIENCE);
    }

    FileConfigStore(Path lockRoot, Duration patience) {
        this(new LxcRules(new ConfigLock(lockRoot, patience)));
    }

    FileConfigStore(ConfigRules rules) {
        this.rules = rules;
    }

    /// Makes the store of Proxmox VE: it takes Proxmox VE's locks, waits 10 s for each, and does
    /// without what the cluster file system does not have.
    ///
    /// @param directory where that is mounted
    public static FileConfigStore proxmox(Path directory) {
        ProxmoxLock lock = new ProxmoxLock(ProxmoxLock.FOLDER, PATIENCE);
        return new FileConfigStore(new ProxmoxRules(directory, lock));
    }

    @Override
    public String read(String path) throws IOException {
        Path file = absolute(path);
        try {
            return new String(rules.read(file), StandardCharsets.ISO_8859_1);
        } catch (IOException failed) {
            throw Failure.of("read", file, failed, "");
        }
    }

    /// {@inheritDoc}
    ///
    /// @throws IOException one sentence; the file is unchanged unless it says otherwise
    @Override
    public void replace(String path, String expected, String content) throws IOException {
        latin1(content);
        edit(
                path,
                current -> {
                    if (!current.equals(expected)) {
                        throw new ConfigStore.ChangedException(path);
                    }
                    return content;
                });
    }

    /// {@inheritDoc}
    ///
    /// @throws IOException one sentence; the file is unchanged unless it says otherwise
    @Override
    public void edit(String path, Edit edit) throws IOException {
        Path named = absolute(path);
        try (Journal.Lock _ = rules.lock(named)) {
            Path file = resolved(named);
            byte[] old = held(file);
            byte[] next = latin1(edit.of(new String(old, StandardCharsets.ISO_8859_1)));
            rules.requireWritable(named, old);
            write(file, old, next, path);
        }
    }

    private static Path resolved(Path named) throws IOException {
        try {
            return TransientAbsence.outlast(named::toRealPath);
        } catch (IOException failed) {
            throw Failure.of("write", named, failed, UNTOUCHED);
        }
    }

    private byte[] held(Path file) throws IOException {
        try {
            return rules.read(file);
        } catch (IOException failed) {
            throw Failure.of("read", file, failed, UNTOUCHED);
        }
    }

    private void write(Path file, byte[] old, byte[] next, String path) throws IOException {
        try {
            if (Arrays.equals(old, next)) {
                rules.removeLeft(file);
            } else {
                rules.replace(file, path, old, next);
            }
        } catch (ConfigStore.ChangedException changed) {
            throw changed;
        } catch (IOException failed) {
            throw rules.failure(file, failed, consequence(file, next));
        }
    }

    private String consequence(Path file, byte[] content) {
        try {
            return Arrays.equals(rules.read(file), content)
                    ? "; the new file is in place, but may be lost in a power failure"
                    : UNTOUCHED;
        } catch (IOException unreadable) {
            return "; it cannot even be read back";
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
            throw new IOException(unnameable(path), unmappable);
        }
        throw new IOException("'" + path + "' is no absolute path of a file");
    }

    /// Returns the sentence about a path that this process cannot name.
    public static String unnameable(String path) {
        return path.indexOf(0) < 0
                ? "the locale's encoding cannot name '" + path + "' (set LC_ALL=C.UTF-8)"
                : "'" + path + "' names no file: it has a NUL byte";
    }
}
