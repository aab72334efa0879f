package dev.capdrop.linux.store;

import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;

/// Outlasts the moment in which a file of pmxcfs is absent because somebody replaces it.
public final class TransientAbsence {
    private static final int ATTEMPTS = 6;
    private static final Duration PAUSE = Duration.ofMillis(20);

    private TransientAbsence() {}

    /// Looks again while the file is absent, for a tenth of a second, then throws.
    public static <T> T outlast(Errand<T> look) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return look.take();
            } catch (NoSuchFileException absent) {
                if (attempt == ATTEMPTS) {
                    throw absent;
                }
            }
            Deadline.pause(PAUSE, "a file was replaced");
        }
    }
}
