package dev.capdrop.linux.store;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.journal.Journal;
import module java.base;

/// A store of configurations that may be absent, which is the same as empty: the file that all
/// containers of a host include, and the settings of a machine of systemd-nspawn. They are readable
/// to everybody whatever the umask, for else a user's liblxc would start none of that user's
/// containers.
final class SharedFileStore implements ConfigStore.SharedConfigStore {
    private final FileConfigStore existing;
    private final ConfigLock lock;

    SharedFileStore() {
        this(Path.of("/run/lxc/lock"));
    }

    SharedFileStore(Path lockRoot) {
        existing = new FileConfigStore(lockRoot, Duration.ofSeconds(10));
        lock = new ConfigLock(lockRoot, Duration.ofSeconds(10));
    }

    @Override
    public String read(String path) throws IOException {
        return isThere(Path.of(path)) ? existing.read(path) : "";
    }

    @Override
    public void replace(String path, String expected, String content) throws IOException {
        Path file = Path.of(path);
        if (!content.isEmpty() && (!expected.isEmpty() || isThere(file))) {
            existing.replace(path, expected, content);
            return;
        }
        try (Journal.Lock _ = lock.take(file)) {
            if (!read(path).equals(expected)) {
                throw new ConfigStore.ChangedException(path);
            }
            if (!content.isEmpty()) {
                create(file, content);
            } else if (isThere(file)) {
                delete(file, expected);
            }
        }
    }

    private void create(Path file, String content) throws IOException {
        try {
            makeFolder(Objects.requireNonNull(file.getParent()));
            Aside.removeLeft(file);
            new DurableFile(file)
                    .replace(
                            content.getBytes(StandardCharsets.ISO_8859_1),
                            SharedFileStore::createReadable,
                            _ -> ExchangedFile.make(file, file.toString()));
        } catch (ConfigStore.ChangedException changed) {
            throw changed;
        } catch (IOException failed) {
            throw Failure.of("write", file, failed, isThere(file) ? "" : "; nothing was written");
        }
    }

    private static void delete(Path file, String expected) throws IOException {
        try {
            Aside.removeLeft(file);
            if (Files.isSymbolicLink(file)) {
                Files.delete(file);
            } else {
                ExchangedFile.remove(
                        file, file.toString(), expected.getBytes(StandardCharsets.ISO_8859_1));
            }
            DurableFile.syncFolder(Objects.requireNonNull(file.getParent()));
        } catch (ConfigStore.ChangedException changed) {
            throw changed;
        } catch (IOException failed) {
            throw Failure.of("remove", file, failed, isThere(file) ? "; it is still there" : "");
        }
    }

    @Override
    public void removeEmptyFolder(String path) throws IOException {
        Path file = Path.of(path);
        Path folder = Objects.requireNonNull(file.getParent());
        try {
            Files.deleteIfExists(DurableFile.hidden(folder));
            if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(DurableFile.hidden(file));
                Files.delete(folder);
                DurableFile.syncFolder(Objects.requireNonNull(folder.getParent()));
            }
        } catch (DirectoryNotEmptyException used) {
            // somebody else has put a file there, whose folder it is now
        } catch (IOException failed) {
            throw Failure.of("remove", folder, failed, "");
        }
    }

    private static void makeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path above = Objects.requireNonNull(folder.getParent());
        if (!Files.isDirectory(above)) {
            throw new NoSuchFileException(above.toString());
        }
        // under its own name it must never be seen with the mode of a strict umask
        Path temporary = DurableFile.hidden(folder);
        Files.deleteIfExists(temporary);
        Files.createDirectory(temporary);
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
        DurableFile.syncFolder(above);
    }

    private static void createReadable(Path temporary) throws IOException {
        Files.createFile(temporary);
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private static boolean isThere(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }
}
