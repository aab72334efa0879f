package dev.capdrop.linux.snapshot;

import dev.capdrop.core.change.Change.UnitStarter;
import dev.capdrop.core.change.LiveStep;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.live.LiveContainer;
import dev.capdrop.linux.perf.Learner;
import dev.capdrop.linux.perf.UseWatch;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.proc.RunningContainers.RunningContainer;
import dev.capdrop.linux.runtime.HostRuntimes;
import dev.capdrop.linux.runtime.InstalledLiblxc;
import dev.capdrop.linux.store.FileConfigSource;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The ways to look at this host and to act in its containers. All of them share the passes over
/// /proc, so that one command makes one where it does not have to see what has changed since.
public final class HostView implements UseWatch {
    private final RunningContainers running = new RunningContainers();
    private final HostRuntimes runtimes;
    private final HostReader reader;

    /// Looks at nothing before it is needed.
    ///
    /// @param lxcPath the only folder of plain LXC to look into; null for lxc's own configuration
    /// @param pveDirectory where the cluster file system of Proxmox VE is mounted
    public HostView(@Nullable Path lxcPath, Path pveDirectory) {
        runtimes = HostRuntimes.of(lxcPath, pveDirectory, running);
        reader =
                new SnapshotReader(
                        HostView::configuration, SnapshotReader.PATIENCE, running, runtimes, true);
    }

    public HostRuntimes runtimes() {
        return runtimes;
    }

    /// Returns the reader of containers in any state.
    public HostReader reader() {
        return reader;
    }

    @Override
    public String identity(ContainerId container) throws IOException {
        RunningContainer now = running.seen(container);
        return now == null ? "" : Learner.identity(now);
    }

    @Override
    public Map<String, String> origins(ContainerId container, Collection<String> units)
            throws IOException {
        RunningContainer now = running.seen(container);
        return now == null || units.isEmpty() ? Map.of() : Learner.origins(now, units);
    }

    /// Returns the means to restart a unit by a container's systemd.
    public UnitStarter starter() {
        return new BusStarter(running);
    }

    /// Returns the means to have a running PID 1 give up capabilities.
    public LiveStep live() {
        return new LiveContainer(running);
    }

    @Override
    public Learner of(ContainerId container, int watches) throws IOException {
        return Learner.of(running, container, watches);
    }

    @Override
    public Learner.Start ofStart(ContainerId container, boolean privileged) throws IOException {
        return Learner.ofStart(running, container, privileged);
    }

    private static @Nullable ConfigurationText configuration(ContainerId container) {
        return FileConfigSource.text(
                container.configPath(), container.format(), InstalledLiblxc::asked);
    }
}
