package dev.capdrop.core.change;

import dev.capdrop.core.snapshot.ContainerId;
import module java.base;

/// The port to the container's runtime: starting and stopping.
public interface ContainerRuntime {
    boolean running(ContainerId container) throws IOException;

    /// Waits, for a shutdown's time at most, until what a killed run told the runtime is over.
    default void awaitEarlier(ContainerId container, Duration timeout, Change.Progress progress)
            throws IOException {}

    /// Lets go of a container that somebody has had opened to be read, so that it can be changed.
    ///
    /// @return whether any was open, so that its configuration may be another one now
    /// @throws IOException one sentence when it stays open
    default boolean release(ContainerId container, Change.Progress progress) throws IOException {
        return false;
    }

    /// Shuts the container down and waits for it; it may have been started again by somebody else.
    ///
    /// @throws IOException when it has not ended
    void stop(ContainerId container, Duration timeout, boolean force) throws IOException;

    /// Starts it, unless it runs, and returns as soon as its init runs.
    ///
    /// @return false when it ran already
    /// @throws IOException with the runtime's own reason when it does not start
    boolean start(ContainerId container, Duration timeout) throws IOException;
}
