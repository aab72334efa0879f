package dev.capdrop.linux.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;

/// The moment in which a file of pmxcfs that somebody replaces is not there.
public final class TransientAbsence {
    private static final int ATTEMPTS = 6;
    private static final int PAUSE_MILLIS = 20;

    private TransientAbsence() {}

    /// A look at a file.
    ///
    /// @param <T> what it finds
    @FunctionalInterface
    public interface Look<T> {
        /// Looks once.
        ///
        /// @throws NoSuchFileException when it is not there
        T at() throws IOException;
    }

    /// Looks again while the file is not there, for a tenth of a second.
    ///
    /// @throws NoSuchFileException when it stays away
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
