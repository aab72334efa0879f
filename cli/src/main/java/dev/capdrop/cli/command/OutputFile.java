package dev.capdrop.cli.command;

import dev.capdrop.cli.render.DataStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/// The file that `-o` names. It is the old one or the whole new one at any moment: the new one is
/// written beside it and takes its place at the end.
final class OutputFile {
    /// For its owner alone, as what tells of a container's inside.
    static final String PRIVATE = "rw-------";

    /// For everybody, as node_exporter's own user reads it.
    static final String READABLE = "rw-r--r--";

    private OutputFile() {}

    /// Writes to the file, or to `out` where none is named.
    ///
    /// @param mode what the file's permissions are, whatever the umask says
    /// @throws IOException one sentence when it cannot be written; the old file is left
    static void write(@Nullable Path file, OutputStream out, byte[] content, String mode)
            throws IOException {
        if (file != null) {
            requirePlace(file);
            write(file, content, mode);
            return;
        }
        // Not closed: what runs next in this process writes to it, too.
        DataStream data = new DataStream(out);
        data.write(content);
        data.requireWritten();
    }

    /// Refuses a name that no file can get, before anything is looked at for it.
    static void requirePlace(@Nullable Path file) {
        if (file == null) {
            return;
        }
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new UsageException("'" + file + "': its folder does not exist");
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file)) {
            throw new UsageException(
                    "'"
                            + file
                            + "' is no regular file, so it is not replaced; without -o it goes"
                            + " to standard output");
        }
    }

    private static void write(Path file, byte[] content, String mode) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path temporary = null;
        try {
            temporary =
                    Files.createTempFile(
                            folder,
                            ".capdrop-",
                            ".tmp",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString(PRIVATE)));
            Files.write(temporary, content);
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(mode));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException refused) {
            String before =
                    Files.exists(file) ? "; what it held before is left" : "; nothing is written";
            throw new IOException(
                    "cannot write '" + file + "': " + Mistakes.reason(refused) + before, refused);
        } finally {
            if (temporary != null) {
                Files.deleteIfExists(temporary);
            }
        }
    }
}
