package dev.capdrop.linux.perf;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.proc.RunningContainers;
import module java.base;

public interface UseWatch {
    /// Returns the watch of this host's containers.
    static UseWatch of(RunningContainers containers) {
        return new Learner.OfHost(containers);
    }

    /// Finds out whether checks of capabilities can be watched on this host.
    static HostSurvey.Tracing survey() {
        return Learner.TracingSurvey.read();
    }

    interface Session extends AutoCloseable {
        /// Goes on until the time is over, somebody has seen enough, or the container has stopped.
        ///
        /// @param enough asked many times a second
        /// @param taker takes every second all that was seen so far
        Observation learn(Duration time, BooleanSupplier enough, Consumer<Observation> taker)
                throws IOException;

        /// Notes that the boot has ended: from now on, processor time of services is their work.
        void settled();

        /// Returns what tells the container from another of its name, made anew.
        String identity() throws IOException;

        /// Returns the capabilities of which this kernel does not tell every check that counts.
        CapabilitySet unseen();

        @Override
        void close() throws IOException;
    }

    /// A watch of a container to be started: first [#begin], then the start, then [#started].
    interface Start extends AutoCloseable {
        void begin() throws IOException;

        /// Goes on with the container; throws one sentence when it does not run any more.
        Session started() throws IOException;

        @Override
        void close() throws IOException;
    }

    /// Makes ready to watch a container, which may still run, from its first process on.
    ///
    /// @param privileged whether it has no user namespace of its own
    /// @throws IOException one sentence when it cannot be watched
    Start ofStart(ContainerId container, boolean privileged) throws IOException;

    /// Returns what tells it from another of its name, made anew; empty where it does not run.
    String identity(ContainerId container) throws IOException;

    /// Returns what these units are made of now, as far as that is known and the container runs.
    Map<String, String> origins(ContainerId container, Collection<String> units) throws IOException;

    /// Begins to watch.
    ///
    /// @param watches how many there are at once, with this one: they share the memory
    /// @throws IOException one sentence when the container cannot be watched
    Session of(ContainerId container, int watches) throws IOException;
}
