package dev.capdrop.core.change;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/// The port that reads a container.
public interface SnapshotSource {
    /// Everything known of the container now.
    Snapshot read(ContainerId container) throws IOException;

    /// Waits until the container's systemd has ended its boot, then reads everything.
    ///
    /// @return a snapshot of a boot that has ended, or of one that has not when the time ran out
    Snapshot readSettled(ContainerId container, BootWait wait) throws IOException;

    /// How the end of a boot is waited for.
    ///
    /// @param timeout how long; no longer are the answers waited for that are asked for then
    /// @param hanging the units that an earlier boot of the container was never done with: this one
    ///   need not come further
    record BootWait(Duration timeout, Set<String> hanging, Progress progress) {
        public BootWait {
            hanging = Set.copyOf(hanging);
        }

        /// Until the boot has ended, and nobody is told.
        public static BootWait of(Duration timeout) {
            return new BootWait(timeout, Set.of(), _ -> {});
        }
    }
}
