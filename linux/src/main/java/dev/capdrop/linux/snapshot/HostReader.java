package dev.capdrop.linux.snapshot;

import dev.capdrop.core.change.SnapshotSource;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.core.snapshot.Snapshot;
import module java.base;

/// The port that reads what runs on a host. Several looks in a row may share one pass over all
/// processes, but for those of [SnapshotSource].
public interface HostReader extends SnapshotSource {
    /// Reads what `check` needs of a container.
    Snapshot readForCheck(ContainerId container) throws IOException;

    /// Reads the container from outside: its configuration, and its PID 1 if it runs.
    Snapshot readFromOutside(ContainerId container) throws IOException;

    /// Returns the same for a command that starts no container: what a container may hold at its
    /// next start follows from who starts it.
    default HostReader lookingOnly() {
        return this;
    }

    /// Returns all processes by number, the container of each called as liblxc calls it.
    List<HostProcess> processes() throws IOException;
}
