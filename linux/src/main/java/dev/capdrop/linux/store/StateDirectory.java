package dev.capdrop.linux.store;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.HostFile;
import dev.capdrop.record.RecordException;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The folder of capdrop's own state: made with mode 0700, and refused, as are the folders below it
/// and each file that is read, when another user could have planted something in it, or could
/// replace it.
record StateDirectory(Path path) {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int LARGEST = 64 << 20;

    StateDirectory {
        path = path.toAbsolutePath().normalize();
    }

    /// Returns the folder `names` below it, made where it is missing.
    Path folder(String... names) throws IOException {
        Path folder = path;
        try {
            requireKeptWay();
            makeTop();
            requireOurs(path);
            for (String name : names) {
                Path above = folder;
                folder = folder.resolve(name);
                make(folder, above);
                requireOurs(folder);
            }
        } catch (IOException failed) {
            throw unusable(failed);
        }
        return folder;
    }

    /// Returns the folder `names` below it; null where it is missing.
    @Nullable Path existing(String... names) throws IOException {
        Path folder = path;
        try {
            requireKeptWay();
            requireOurs(path);
            for (String name : names) {
                folder = folder.resolve(name);
                requireOurs(folder);
            }
        } catch (NoSuchFileException none) {
            return null;
        } catch (IOException failed) {
            throw unusable(failed);
        }
        return folder;
    }

    private IOException unusable(IOException failed) {
        return Failure.of("use the state directory", path, failed, "; --state-dir names another");
    }

    /// Throws where another user can rename a folder above, and so replace the state.
    private void requireKeptWay() throws IOException {
        Path above = path.getParent();
        if (above == null) {
            return;
        }
        Caller caller = Caller.now();
        try {
            FolderWalk.open(above, folder -> requireKept(caller, folder)).close();
        } catch (ErrnoException refused) {
            refused.unless(ErrnoException.Errno.ENOENT, ErrnoException.Errno.ENOTDIR);
        }
    }

    private static void requireKept(Caller caller, Descriptor folder) throws IOException {
        if (!caller.keeps(Libc.fstat(folder))) {
            String where = Libc.readlink(folder.path());
            throw new IOException("others than root can rename what is in '" + where + "'");
        }
    }

    /// Makes the folder; a link is left for [#requireOurs] to refuse.
    private void makeTop() throws IOException {
        try {
            Files.createDirectories(path, PRIVATE);
        } catch (FileAlreadyExistsException inTheWay) {
            requireOurs(path);
            throw inTheWay;
        }
    }

    private static void make(Path folder, Path above) throws IOException {
        try {
            Files.createDirectory(folder, PRIVATE);
            DurableFile.syncFolder(above);
        } catch (FileAlreadyExistsException there) {
            // its kind is looked at next
        }
    }

    private void requireOurs(Path folder) throws IOException {
        try (HostFile found = HostFile.itselfAt(folder)) {
            String what = folder.equals(path) ? "it" : "'" + path.relativize(folder) + "' in it";
            if (found.status().symlink()) {
                throw new IOException(what + " is a symbolic link, expected a folder of its own");
            }
            if (!found.status().directory()) {
                throw new IOException(what + " is no folder");
            }
            requireOurs(found.status(), what);
        }
    }

    @FunctionalInterface
    interface Reading<T> {
        T of(byte[] document, String name) throws RecordException;
    }

    /// Reads a document of ours; what is done stands in the sentence of a failure.
    static <T> T read(Path file, String doing, Reading<T> reading) throws IOException {
        byte[] document =
                Failure.during(
                        doing,
                        file,
                        "",
                        () -> {
                            try (HostFile found = HostFile.itselfAt(file)) {
                                requireOurs(found.status(), "it");
                                return found.read(LARGEST);
                            }
                        });
        return reading.of(document, file.toString());
    }

    /// Applies the rule to an open file, which messages call `what`.
    static void requireOurs(Libc.FileStatus status, String what) throws IOException {
        if (!Caller.now().owns(status)) {
            String user = Integer.toUnsignedString(status.uid());
            throw new IOException(what + " belongs to another user (uid " + user + ")");
        }
        if ((status.permissions() & WRITABLE_BY_OTHERS) != 0) {
            String mode = status.directory() ? "700" : "600";
            throw new IOException(
                    "others than its owner may write to " + what + " (chmod " + mode + " it)");
        }
    }
}
