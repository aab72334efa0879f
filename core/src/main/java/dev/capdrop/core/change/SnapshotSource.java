package dev.capdrop.core.change;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import module java.base;

/// The port that reads a container.
public interface SnapshotSource {
    Snapshot read(ContainerId container) throws IOException;

    /// Reads everything once the boot has ended, or when the time for that runs out.
    Snapshot readSettled(ContainerId container, BootWait wait) throws IOException;

    /// The wait for the end of a boot; `timeout`: also the longest that answers are waited for;
    /// `hanging`: units that an earlier boot was never done with: this one need not come further.
    record BootWait(Duration timeout, Set<String> hanging, Change.Progress progress) {
        /// Returns the wait until the boot has ended, of which nobody is told.
        public static BootWait of(Duration timeout) {
            return new BootWait(timeout, Set.of(), _ -> {});
        }
    }
}
