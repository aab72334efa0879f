package dev.capdrop.core.trial;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.ContainerId;
import module java.base;

/// The port that makes throw-away copies of one container, for several threads. When it is closed,
/// no copy is left.
public interface Copies extends AutoCloseable {
    /// Returns in what all copies differ from the container, one sentence each.
    List<String> differences();

    /// Returns what earlier trials left and could not be removed, one sentence each.
    List<String> complaints();

    /// Returns where what copies wrote stays when they have ended; empty where nothing stays.
    String keptIn();

    /// Makes a copy that does not run yet, with these capabilities dropped, too.
    ///
    /// @throws IOException one sentence when none can be made, whatever it drops
    ContainerId make(CapabilitySet dropped) throws IOException;

    /// Starts a copy and returns as soon as its init runs.
    ///
    /// @throws IOException with the runtime's own reason when it does not start
    void start(ContainerId copy, Duration timeout) throws IOException;

    void letRun(ContainerId copy, Duration time) throws IOException;

    /// The end of a command inside of a copy; `status` is 128 and the signal when one ended it.
    record Answer(boolean inTime, int status) {
        public boolean succeeded() {
            return inTime && status == 0;
        }
    }

    Answer run(ContainerId copy, String command, Duration timeout) throws IOException;

    /// Has a copy shut down, and returns whether it has within this time.
    boolean shutDown(ContainerId copy, Duration timeout) throws IOException;

    /// Ends a copy at once, whatever it does, and removes all of it.
    void remove(ContainerId copy) throws IOException;

    void endAll() throws IOException;

    @Override
    void close() throws IOException;
}
