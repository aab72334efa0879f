package dev.capdrop.core.verification;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.journal.JournalEntry;
import java.util.List;

/// A way in which a container is no longer, or not yet, as a change was to leave it.
public sealed interface Drift {
    /// A change that has not ended.
    sealed interface Unended extends Drift {
        JournalEntry entry();
    }

    /// A change was interrupted; `trace` tells whether its edit is in the file now.
    record Interrupted(JournalEntry entry, Trace trace) implements Unended {}

    /// A change is under way in a process.
    record UnderWay(JournalEntry entry, String process) implements Drift {}

    /// The trace of a change in the configuration.
    enum Trace {
        THERE,
        GONE,
        /// The file could not be read.
        NOT_KNOWN
    }

    /// The file is written, and the container has not been started with it yet.
    record Waiting(JournalEntry entry) implements Unended {}

    /// The container has been started with the file, and nobody has compared it with the forecast.
    record Unverified(JournalEntry entry) implements Unended {}

    /// The next start holds again what we had dropped.
    ///
    /// @param runningLacks whether PID 1, started before, is still without all of them
    /// @param accepted the units that the drop cost when it was made
    /// @param failed the units that had failed for what it holds before it was dropped
    record Lost(
            CapabilitySet capabilities,
            String path,
            Cause cause,
            boolean runningLacks,
            List<String> accepted,
            List<String> failed)
            implements Drift {
        boolean rewritten() {
            return cause instanceof Cause.Rewritten;
        }

        Lost with(Cause other) {
            return new Lost(capabilities, path, other, runningLacks, accepted, failed);
        }
    }

    /// The cause of a lost drop.
    sealed interface Cause {
        /// The file has nothing of the drop any more.
        record Rewritten() implements Cause {}

        /// The file has the drop, and a line there or in a file behind it undoes it.
        record Overruled() implements Cause {}

        /// The raw lines are those of a snapshot.
        record RolledBack(String snapshot) implements Cause {}

        /// Another container, with none of the former one's network cards, has the name.
        record MadeAnew() implements Cause {}
    }

    /// The next start is without the permission to nest that we had given.
    record NestingLost(String path) implements Drift {}

    /// The next start fails: liblxc refuses the configuration.
    record Unloadable(LoadError error) implements Drift {}

    /// PID 1 holds what the configuration drops: the configuration was edited since the start.
    record StillHolds(CapabilitySet capabilities) implements Drift {}

    /// PID 1 is without what the configuration no longer drops.
    record StillLacks(CapabilitySet capabilities) implements Drift {}

    /// A file that all containers of a host include keeps `owner` from starting.
    record Blocks(String owner, LoadError error) implements Drift {}

    /// Running containers still hold what a file that they include drops.
    record Awaited(List<String> targets, CapabilitySet capabilities) implements Drift {}

    /// The container is not on this host any more.
    record Gone() implements Drift {}

    /// The container is on another node, and its next start there holds again what we had dropped.
    record Elsewhere(String node, CapabilitySet capabilities, List<String> accepted)
            implements Drift {}
}
