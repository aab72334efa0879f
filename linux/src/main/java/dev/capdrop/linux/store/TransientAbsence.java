package dev.capdrop.linux.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;

/// Outlasts the moment in which a file of pmxcfs is absent because somebody replaces it.
public final class TransientAbsence {
    private static final int ATTEMPTS = 6;
    private static final int PAUSE_MILLIS = 20;

    private TransientAbsence() {}

    /// A look at a file.
    @FunctionalInterface
    public interface Look<T> {
        /// Looks once, or throws NoSuchFileException.
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
            pause();
        }
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a file was replaced");
        }
    }
}
