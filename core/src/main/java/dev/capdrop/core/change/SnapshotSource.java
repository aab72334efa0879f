package dev.capdrop.core.change;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import java.io.IOException;
import java.time.Duration;

/// The port that reads a container.
public interface SnapshotSource {
    /// Everything known of the container now.
    Snapshot read(ContainerId container) throws IOException;

    /// Waits until the container's systemd has ended its boot, then reads everything.
    ///
    /// @return a snapshot that has settled, or the last one read when `timeout` ran out
    Snapshot readSettled(ContainerId container, Duration timeout) throws IOException;
}
