package dev.capdrop.linux.offline;

import dev.capdrop.core.change.SnapshotSource;
import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.linux.runtime.HostRuntimes;
import dev.capdrop.linux.snapshot.SnapshotReader;
import java.io.IOException;

/// Reads a container in any state: a running one's systemd is asked; of a stopped one the
/// configuration and the root directory are read.
///
/// @param running reads running containers, and the configuration of all
/// @param runtimes know the root directory of a stopped one
public record ContainerReader(SnapshotReader running, HostRuntimes runtimes)
        implements SnapshotSource {
    @Override
    public Snapshot read(ContainerId container) throws IOException {
        return orFromFiles(running.read(container));
    }

    @Override
    public Snapshot readSettled(ContainerId container, BootWait wait) throws IOException {
        return orFromFiles(running.readSettled(container, wait));
    }

    /// Reads what `check` needs.
    public Snapshot readForCheck(ContainerId container) throws IOException {
        return orFromFiles(running.readForCheck(container));
    }

    private Snapshot orFromFiles(Snapshot read) throws IOException {
        ConfigurationText text = read.configuration();
        if (read.running() || text == null) {
            return read;
        }
        StoppedContainer stopped =
                new StoppedContainer(
                        read.container(), text, read.host(), runtimes.of(read.container()));
        return stopped.reader().read();
    }
}
