package dev.capdrop.linux.snapshot;

import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.linux.runtime.HostRuntimes;
import java.io.IOException;
import java.util.List;

/// Reads a container in any state: a running one's systemd is asked; of a stopped one the
/// configuration and the root directory are read.
///
/// @param running reads running containers, and the configuration of all
/// @param runtimes know the root directory of a stopped one
public record ContainerReader(SnapshotReader running, HostRuntimes runtimes) implements HostReader {
    @Override
    public Snapshot read(ContainerId container) throws IOException {
        return orFromFiles(running.read(container));
    }

    @Override
    public Snapshot readSettled(ContainerId container, BootWait wait) throws IOException {
        return orFromFiles(running.readSettled(container, wait));
    }

    @Override
    public Snapshot readForCheck(ContainerId container) throws IOException {
        return orFromFiles(running.readForCheck(container));
    }

    @Override
    public Snapshot readFromOutside(ContainerId container) throws IOException {
        return running.readFromOutside(container);
    }

    @Override
    public HostReader lookingOnly() {
        return new ContainerReader(running.lookingOnly(), runtimes);
    }

    @Override
    public List<HostProcess> processes() throws IOException {
        return running.processes();
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
