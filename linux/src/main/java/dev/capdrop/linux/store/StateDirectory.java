package dev.capdrop.linux.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// The folder of capdrop's own state: made with mode 0700, and refused when another user could have
/// planted something in it.
///
/// @param path the folder
record StateDirectory(Path path) {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    StateDirectory {
        path = path.toAbsolutePath().normalize();
    }

    /// The folder `names` below it, made where it is missing.
    Path folder(String... names) throws IOException {
        Path folder = path;
        try {
            Files.createDirectories(path, PRIVATE);
            requireOurs();
            for (String name : names) {
                Path above = folder;
                folder = folder.resolve(name);
                make(folder, above);
            }
        } catch (IOException failed) {
            throw Failure.of(
                    "use the state directory", path, failed, "; --state-dir names another");
        }
        return folder;
    }

    private static void make(Path folder, Path above) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(folder, PRIVATE);
            DurableFile.syncFolder(above);
        }
    }

    private void requireOurs() throws IOException {
        int owner = (Integer) Files.getAttribute(path, "unix:uid");
        int mode = (Integer) Files.getAttribute(path, "unix:mode");
        int user = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (owner != 0 && owner != user) {
            throw new IOException("it belongs to another user (uid " + owner + ")");
        }
        if ((mode & 0022) != 0) {
            throw new IOException("others than its owner may write to it (chmod 700 it)");
        }
    }
}
