package dev.capdrop.linux.store;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Errno;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.FileStatus;
import dev.capdrop.linux.libc.Libc;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/// A file at a path given by the caller, outside of capdrop's own folders. It is the old one or the
/// whole new one at any moment: the new one is written beside it and takes its place at the end.
///
/// Its folder may belong to another user, as node_exporter's does, who can rename, link and remove
/// in it while root writes. So the folder is opened once ([FolderWalk] has the rule for the way
/// there), and all further work is done by descriptor: the new file is made where no file was
/// (O_EXCL), filled and given its mode under any name, and renamed. A hostile owner can spoil only
/// the file of that name in his own folder.
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
    /// @throws NoSuchFileException where the folder does not exist
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

    /// Whether the path exists, be it a link that leads nowhere.
    public boolean isThere() throws IOException {
        try (Descriptor _ = itself()) {
            return true;
        } catch (ErrnoException refused) {
            refused.unless(Errno.ENOENT);
            return false;
        }
    }

    /// Whether it may be replaced: it is absent, a regular file, or a link to one, which is itself
    /// replaced. A link through /proc, as /dev/stdout is, may not. The target of another user's
    /// link is not looked at.
    public boolean isReplaceable() throws IOException {
        try (Descriptor found = itself()) {
            FileStatus status = Libc.fstat(found);
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

    /// Replaces the file.
    ///
    /// @param mode its permissions, whatever the umask says (inode(7))
    /// @throws IOException why it cannot be written; the old file is left
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
}
