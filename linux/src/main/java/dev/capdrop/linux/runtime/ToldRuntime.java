package dev.capdrop.linux.runtime;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.time.Patience;
import java.io.IOException;
import java.time.Duration;

/// A runtime that is told to start or stop a container, which is then waited for: a program may be
/// done before the container is, and a daemon may only queue what it is told.
abstract class ToldRuntime implements HostRuntime {
    /// The result of telling it.
    ///
    /// @param reason why it was not done, behind a sentence; empty where it was
    /// @param patience how long it may take to be seen
    record Told(String reason, Patience patience) {
        static Told of(String reason, Duration grace) {
            return reason.isEmpty()
                    ? new Told("", Patience.atLeast(grace))
                    : new Told(": " + reason, Patience.exactly(Duration.ZERO));
        }
    }

    /// Refuses to stop a container that must not be stopped here.
    void requireStoppable(ContainerId container) throws IOException {
        requireRestartable(container);
    }

    abstract Told tellToStop(ContainerId container, Duration timeout, boolean force)
            throws IOException;

    /// @throws IOException with the runtime's own reason when it does not start
    abstract Told tellToStart(ContainerId container, Duration timeout) throws IOException;

    final void requireRestartable(ContainerId container) throws IOException {
        var refused = notRestartable(container);
        if (refused != null) {
            throw new IOException("'" + container.target() + "': " + refused.sentence());
        }
    }

    @Override
    public final void stop(ContainerId container, Duration timeout, boolean force)
            throws IOException {
        if (!running(container)) {
            return;
        }
        requireStoppable(container);
        long began = System.nanoTime();
        Told told = tellToStop(container, timeout, force);
        if (!Waiting.until(() -> !running(container), told.patience)) {
            throw Waiting.stillRuns(container, began, force, told.reason);
        }
    }

    @Override
    public final void start(ContainerId container, Duration timeout) throws IOException {
        requireStopped(container);
        requireStarted(container, tellToStart(container, timeout));
    }

    final void requireStopped(ContainerId container) throws IOException {
        if (running(container)) {
            throw new IOException("'" + container.target() + "' runs already, nothing was started");
        }
    }

    final void requireStarted(ContainerId container, Told told) throws IOException {
        if (!Waiting.until(() -> running(container), told.patience)) {
            String why = told.reason.isEmpty() ? "ended as soon as it had started" : told.reason;
            throw new IOException("'%s' %s".formatted(container.target(), why));
        }
    }
}
