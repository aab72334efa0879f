package dev.capdrop.linux.store;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.ErrnoException.Errno;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.HostFile;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A file at a path given by the caller, outside of capdrop's own folders, which is the old one or
/// the whole new one at any moment.
///
/// Its folder may belong to another user, as node_exporter's does, who can rename, link and remove
/// in it while root writes. So the folder is opened once ([FolderWalk]), and all work is done by
/// descriptor: the new file is made where none was (O_EXCL), filled, given its mode, and renamed. A
/// hostile owner can spoil only the file of that name in his own folder.
public final class GivenFile implements AutoCloseable {
    private static final int PRIVATE = 0600;
    private static final int MADE =
            Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_NOFOLLOW | Libc.O_NOCTTY;

    private final Descriptor folder;
    private final String name;

    private GivenFile(Descriptor folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    /// Opens the folder of the file at this path; the file itself may be absent.
    ///
    /// @throws IOException why the folder cannot be entered, without the file's name
    public static GivenFile at(Path path) throws IOException {
        Path file = path.toAbsolutePath();
        Path folder = file.getParent();
        if (folder == null) {
            throw new NoSuchFileException(file.toString());
        }
        try {
            return new GivenFile(FolderWalk.open(folder), file.getFileName().toString());
        } catch (ErrnoException refused) {
            if (refused.absent()) {
                throw new NoSuchFileException(folder.toString());
            }
            throw new IOException(Failure.reason(refused), refused);
        }
    }

    public boolean isThere() throws IOException {
        try (Descriptor _ = itself()) {
            return true;
        } catch (ErrnoException refused) {
            refused.unless(Errno.ENOENT);
            return false;
        }
    }

    /// Whether it may be replaced: it is absent, a regular file, or a link to one, but not one
    /// through /proc, as /dev/stdout is. The target of another user's link is not looked at.
    public boolean isReplaceable() throws IOException {
        try (Descriptor found = itself()) {
            Libc.FileStatus status = Libc.fstat(found);
            if (!status.symlink()) {
                return status.regular();
            }
            return !Caller.now().owns(status) || leadsToRegularFile();
        } catch (ErrnoException refused) {
            refused.unless(Errno.ENOENT);
            return true;
        }
    }

    private boolean leadsToRegularFile() throws IOException {
        try (Descriptor led = Libc.openat2(folder, name, Libc.O_PATH, Libc.RESOLVE_NO_MAGICLINKS)) {
            return Libc.fstat(led).regular();
        } catch (ErrnoException refused) {
            refused.unless(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP);
            return false;
        }
    }

    private Descriptor itself() throws IOException {
        return Libc.openat(folder, name, Libc.O_PATH | Libc.O_NOFOLLOW, 0);
    }

    /// Replaces it, with these permissions whatever the umask says (inode(7)), or throws why it
    /// cannot be written, and leaves the old file.
    public void replace(byte[] content, int mode) throws IOException {
        String made = ".capdrop-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
        String temporary = made + ".tmp";
        try (Descriptor file = Libc.openat(folder, temporary, MADE, PRIVATE)) {
            Libc.writeAll(file, content);
            Libc.fchmod(file, mode);
            Libc.renameat(folder, temporary, name);
        } catch (ErrnoException failed) {
            remove(temporary, failed);
            throw new IOException(Failure.reason(failed), failed);
        }
    }

    private void remove(String temporary, Exception failed) {
        try {
            Libc.unlinkat(folder, temporary);
        } catch (ErrnoException alsoFailed) {
            if (alsoFailed.errno() != Errno.ENOENT) {
                failed.addSuppressed(alsoFailed);
            }
        }
    }

    @Override
    public void close() {
        folder.close();
    }

    /// The file of defaults for root, read only where nobody else could have written it.
    public static final class DefaultsFile {
        private static final int LARGEST = 1 << 20;

        private DefaultsFile() {}

        /// Returns its content; null where it is missing.
        ///
        /// @throws IOException one sentence when it is no regular file, another user's, or writable
        ///   by others
        public static @Nullable String read(Path file) throws IOException {
            try (HostFile found = HostFile.itselfAt(file)) {
                if (found.status().symlink()) {
                    throw new IOException("it is a symbolic link, expected a file of its own");
                }
                if (!found.status().regular()) {
                    throw new IOException("it is no regular file");
                }
                StateDirectory.requireOurs(found.status(), "it");
                return new String(found.read(LARGEST), StandardCharsets.UTF_8);
            } catch (NoSuchFileException none) {
                return null;
            } catch (IOException refused) {
                throw Failure.of("take defaults from", file, refused, "");
            }
        }
    }
}
