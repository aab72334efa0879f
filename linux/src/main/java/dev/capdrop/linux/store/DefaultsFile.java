package dev.capdrop.linux.store;

import dev.capdrop.linux.root.HostFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The file of defaults for root, read only where nobody else could have written it.
public final class DefaultsFile {
    private static final int LARGEST = 1 << 20;

    private DefaultsFile() {}

    /// Returns its content; null where it is missing.
    ///
    /// @throws IOException one sentence when it is no regular file, is another user's, or others
    ///   may write to it
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
