package dev.capdrop.cli.command;

import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.snapshot.ContainerId;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// The port that sees which capabilities a container uses.
@FunctionalInterface
interface UseWatch {
    /// One that is under way.
    interface Session extends AutoCloseable {
        /// Goes on until the time is over, somebody has seen enough, or the container has stopped.
        ///
        /// @param enough asked many times a second
        Observation learn(Duration time, BooleanSupplier enough) throws IOException;

        @Override
        void close() throws IOException;
    }

    /// Begins to watch.
    ///
    /// @throws IOException one sentence when the container cannot be watched
    Session of(ContainerId container) throws IOException;
}
