package dev.capdrop.linux.copy;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.trial.Copies;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Starts and ends the copies of one runtime.
interface CopyControl {
    /// What the names of its copies begin with, and of no other's.
    String prefix();

    /// The copy of this name.
    ContainerId id(String name);

    /// Starts a copy and returns as soon as its init runs.
    ///
    /// @param mounting a program and its arguments, which becomes the one behind them with what the
    ///   copy is made of mounted for it
    /// @throws IOException with the runtime's own reason when it does not start
    void start(ContainerId copy, List<String> mounting, Duration timeout) throws IOException;

    /// Runs a command inside of a copy that runs.
    Copies.Answer run(ContainerId copy, String command, Duration timeout) throws IOException;

    /// Has a copy shut down.
    ///
    /// @return whether it has within this time
    boolean shutDown(ContainerId copy, Duration timeout) throws IOException;

    /// Whether a copy ended within this time, whoever ended it.
    boolean ended(ContainerId copy, Duration patience) throws IOException;

    /// Kills a copy where it runs.
    ///
    /// @throws IOException one sentence when it runs on
    void kill(ContainerId copy) throws IOException;
}
