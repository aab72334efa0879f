package dev.capdrop.linux.perf;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.snapshot.ContainerId;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// The port that sees which capabilities a container uses.
public interface UseWatch {
    /// A watch that is under way.
    interface Session extends AutoCloseable {
        /// Goes on until the time is over, somebody has seen enough, or the container has stopped.
        ///
        /// @param enough asked many times a second
        /// @param taker takes every second what was seen so far, all of it each time
        Observation learn(Duration time, BooleanSupplier enough, Consumer<Observation> taker)
                throws IOException;

        /// Notes that the boot has ended: what its services take of the processor from now on is
        /// their work.
        void settled();

        /// Returns what tells the container from another of its name, made anew.
        ///
        /// @throws IOException when it has stopped
        String identity() throws IOException;

        /// Returns the capabilities of which this kernel does not tell every check that counts:
        /// some where it is watched by a kprobe.
        CapabilitySet unseen();

        @Override
        void close() throws IOException;
    }

    /// A watch of a container that is about to be started: first [#begin], then somebody starts it,
    /// then [#started].
    interface Start extends AutoCloseable {
        /// Begins to record, right before the container is started.
        void begin() throws IOException;

        /// Goes on with the container, which has been started.
        ///
        /// @throws IOException one sentence when it does not run any more
        Session started() throws IOException;

        @Override
        void close() throws IOException;
    }

    /// Makes ready to watch a container from its first process on. Nothing is recorded yet, and it
    /// may run still.
    ///
    /// @param privileged whether it has no user namespace of its own
    /// @throws IOException one sentence when it cannot be watched
    Start ofStart(ContainerId container, boolean privileged) throws IOException;

    /// Returns what tells a container from another of its name, made anew; empty where it does not
    /// run.
    String identity(ContainerId container) throws IOException;

    /// Returns what these units of a container are made of now; a unit of which that is not known,
    /// or a container that does not run, is not there.
    Map<String, String> origins(ContainerId container, Collection<String> units) throws IOException;

    /// Begins to watch.
    ///
    /// @param watches how many there are at once, with this one: they share the memory
    /// @throws IOException one sentence when the container cannot be watched
    Session of(ContainerId container, int watches) throws IOException;
}
