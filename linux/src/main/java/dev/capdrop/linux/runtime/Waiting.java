package dev.capdrop.linux.runtime;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.time.Errand;
import dev.capdrop.linux.time.Patience;
import java.io.IOException;
import java.time.Duration;

/// Waits for what nobody announces.
final class Waiting {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Waiting() {}

    static boolean until(Errand<Boolean> condition, Patience patience) throws IOException {
        return patience.begin()
                        .await(
                                PAUSE,
                                "a container started or stopped",
                                () -> condition.take() ? Boolean.TRUE : null)
                != null;
    }

    static long wholeSeconds(Duration duration) {
        return Math.max(1, duration.plusMillis(999).toSeconds());
    }

    /// Returns what to throw of a container that was to stop and runs on.
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
}
