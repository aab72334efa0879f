package dev.capdrop.linux.store;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.journal.Journal;
import module java.base;

/// Configuration files of the host, replaced crash-safely, links followed. Several threads may use
/// an instance.
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
    /// without what the cluster file system at `directory` does not have.
    public static FileConfigStore proxmox(Path directory) {
        ProxmoxLock lock = new ProxmoxLock(ProxmoxLock.FOLDER, PATIENCE);
        return new FileConfigStore(new ProxmoxRules(directory, lock));
    }

    /// Makes the store of files that may be absent, which is the same as empty.
    public static ConfigStore.SharedConfigStore shared() {
        return new SharedFileStore();
    }

    @Override
    public String read(String path) throws IOException {
        Path file = absolute(path);
        byte[] bytes = Failure.during("read", file, "", () -> rules.read(file));
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

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

    @Override
    public void edit(String path, Edit edit) throws IOException {
        Path named = absolute(path);
        try (Journal.Lock _ = rules.lock(named)) {
            Path file = resolved(named);
            byte[] old = Failure.during("read", file, UNTOUCHED, () -> rules.read(file));
            byte[] next = latin1(edit.of(new String(old, StandardCharsets.ISO_8859_1)));
            rules.requireWritable(named, old);
            write(file, old, next, path);
        }
    }

    private static Path resolved(Path named) throws IOException {
        return Failure.during(
                "write", named, UNTOUCHED, () -> ClusterFileSystem.outlast(named::toRealPath));
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

    public static String unnameable(String path) {
        return path.indexOf(0) < 0
                ? "the locale's encoding cannot name '" + path + "' (set LC_ALL=C.UTF-8)"
                : "'" + path + "' names no file: it has a NUL byte";
    }

    /// The rules of a configuration's file system, and of its other programs, for a writer, who
    /// names the file by its absolute path.
    interface ConfigRules {
        Journal.Lock lock(Path named) throws IOException;

        byte[] read(Path file) throws IOException;

        /// Throws where nobody may write now, the lock being held.
        void requireWritable(Path named, byte[] content) throws IOException;

        /// Replaces the content of `file`, which is no link, as a whole, the lock being held, and
        /// removes leftovers of dead writers.
        ///
        /// @throws ConfigStore.ChangedException when it does not hold `old`; another program's file
        ///   is in its place
        void replace(Path file, String shown, byte[] old, byte[] next) throws IOException;

        void removeLeft(Path file) throws IOException;

        IOException failure(Path file, IOException failed, String consequence);
    }
}
