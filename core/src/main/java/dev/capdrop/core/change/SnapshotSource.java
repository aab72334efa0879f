package dev.capdrop.core.change;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import java.io.IOException;

/// The port that reads a container.
public interface SnapshotSource {
    /// Everything known of the container now.
    Snapshot read(ContainerId container) throws IOException;

    /// Waits until the container's systemd has ended its boot, then reads everything.
    ///
    /// @return a snapshot of a boot that has ended, or of one that has not when the time ran out
    Snapshot readSettled(ContainerId container, BootWait wait) throws IOException;
}
