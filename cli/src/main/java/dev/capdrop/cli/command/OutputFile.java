package dev.capdrop.cli.command;

import dev.capdrop.cli.render.DataStream;
import dev.capdrop.linux.store.GivenFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The file that `-o` names. It is the old one or the whole new one at any moment, and nobody whose
/// folder it is in can have it written elsewhere ([GivenFile]).
final class OutputFile {
    /// For its owner alone, as what tells of a container's inside.
    static final int PRIVATE = 0600;

    /// For everybody, as node_exporter's own user reads it.
    static final int READABLE = 0644;

    private OutputFile() {}

    /// Writes to the file, or to `out` where none is named.
    ///
    /// @param mode what the file's permissions are, whatever the umask says
    /// @throws IOException one sentence when it cannot be written; the old file is left
    static void write(@Nullable Path file, OutputStream out, byte[] content, int mode)
            throws IOException {
        if (file != null) {
            replace(file, content, mode);
            return;
        }
        // Not closed: what runs next in this process writes to it, too.
        DataStream data = new DataStream(out);
        data.write(content);
        data.requireWritten();
    }

    /// Refuses a name that no file can get, before anything is looked at for it.
    ///
    /// @throws IOException one sentence when its folder cannot be entered, or safely reached
    static void requirePlace(@Nullable Path file) throws IOException {
        if (file != null) {
            open(file).close();
        }
    }

    private static GivenFile open(Path file) throws IOException {
        GivenFile given;
        try {
            given = GivenFile.at(file);
        } catch (NoSuchFileException | NotDirectoryException none) {
            throw new UsageException("'" + file + "': its folder does not exist", none);
        } catch (IOException refused) {
            throw failure(file, refused, "");
        }
        boolean good = false;
        try {
            requireReplaceable(file, given);
            good = true;
            return given;
        } finally {
            if (!good) {
                given.close();
            }
        }
    }

    private static void requireReplaceable(Path file, GivenFile given) throws IOException {
        if (!given.isReplaceable()) {
            throw new UsageException(
                    "'%s' is no regular file, so it is not replaced; without -o it goes to standard output"
                            .formatted(file));
        }
    }

    private static void replace(Path file, byte[] content, int mode) throws IOException {
        try (GivenFile given = open(file)) {
            try {
                given.replace(content, mode);
            } catch (IOException refused) {
                throw failure(
                        file,
                        refused,
                        given.isThere() ? "; what it held before is left" : "; nothing is written");
            }
        }
    }

    private static IOException failure(Path file, IOException refused, String consequence) {
        return new IOException(
                "cannot write '" + file + "': " + Mistakes.reason(refused) + consequence, refused);
    }
}
