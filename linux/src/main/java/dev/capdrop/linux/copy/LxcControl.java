package dev.capdrop.linux.copy;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.session.HostProgram;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Starts and ends what liblxc runs, copies as anything else.
@SuppressWarnings("exports")
public interface LxcControl {
    /// How a program is run.
    @FunctionalInterface
    interface Run {
        /// Runs it with these arguments.
        HostProgram.Outcome of(HostProgram program, List<String> arguments) throws IOException;
    }

    /// Starts a container by lxc-start(1), which is run as the caller says.
    ///
    /// @throws IOException with liblxc's own reason when it does not start
    void start(ContainerId container, Duration timeout, Run run) throws IOException;

    /// Has a container shut down.
    ///
    /// @return whether it has within this time
    boolean shutDown(ContainerId container, Duration timeout) throws IOException;

    /// Whether a container ended within this time, whoever ended it.
    boolean ended(ContainerId container, Duration patience) throws IOException;

    /// Kills a container where it runs.
    ///
    /// @throws IOException one sentence when it runs on
    void kill(ContainerId container) throws IOException;
}
