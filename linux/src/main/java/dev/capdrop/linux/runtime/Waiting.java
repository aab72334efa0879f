package dev.capdrop.linux.runtime;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Patience;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/// Waits for what nobody announces.
final class Waiting {
    private static final int PAUSE_MILLIS = 20;

    private Waiting() {}

    /// What may come true.
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException;
    }

    /// Whether the condition came to hold in time.
    static boolean until(Condition condition, Duration patience) throws IOException {
        return until(condition, Patience.exactly(patience));
    }

    /// The same where a busy machine may make it longer.
    static boolean until(Condition condition, Patience patience) throws IOException {
        Deadline end = patience.begin();
        while (!condition.holds()) {
            if (end.passed()) {
                return false;
            }
            pause();
        }
        return true;
    }

    static long wholeSeconds(Duration duration) {
        return Math.max(1, duration.plusMillis(999).toSeconds());
    }

    /// What to throw of a container that was to stop and runs on.
    ///
    /// @param began the System.nanoTime() at which it was told to
    /// @param force whether it was to be killed in the end
    /// @param because why, behind the sentence
    static IOException stillRuns(ContainerId container, long began, boolean force, String because) {
        return new IOException(
                "'%s' still runs %d s after it was to stop%s%s"
                        .formatted(
                                container.target(),
                                wholeSeconds(Duration.ofNanos(System.nanoTime() - began)),
                                force
                                        ? ""
                                        : "; nothing was killed (--force-stop would), and it may still shut down",
                                because));
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a container started or stopped");
        }
    }
}
