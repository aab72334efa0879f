package dev.capdrop.linux.store;

import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;

/// Outlasts the moment in which a file of pmxcfs is absent because somebody replaces it.
public final class TransientAbsence {
    private static final int ATTEMPTS = 6;
    private static final Duration PAUSE = Duration.ofMillis(20);

    private TransientAbsence() {}

    /// A look at a file.
    @FunctionalInterface
    public interface Look<T> {
        T at() throws IOException;
    }

    /// Looks again while the file is absent, for a tenth of a second, then throws.
    public static <T> T outlast(Look<T> look) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return look.at();
            } catch (NoSuchFileException absent) {
                if (attempt == ATTEMPTS) {
                    throw absent;
                }
            }
            Deadline.pause(PAUSE, "a file was replaced");
        }
    }
}
