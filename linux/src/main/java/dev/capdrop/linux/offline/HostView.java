package dev.capdrop.linux.offline;

import dev.capdrop.core.change.LiveStep;
import dev.capdrop.core.change.UnitStarter;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.linux.live.LiveContainer;
import dev.capdrop.linux.perf.Learner;
import dev.capdrop.linux.proc.ProcessTable;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.proc.RunningContainers.RunningContainer;
import dev.capdrop.linux.runtime.HostRuntimes;
import dev.capdrop.linux.runtime.InstalledLiblxc;
import dev.capdrop.linux.snapshot.BusStarter;
import dev.capdrop.linux.snapshot.SnapshotReader;
import dev.capdrop.linux.store.FileConfigSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What looks at this host, and what acts in its containers. All of it shares the passes over
/// /proc, so that one command makes one where it does not have to see what has changed since.
public final class HostView {
    private final RunningContainers running = new RunningContainers();
    private final HostRuntimes runtimes;
    private final SnapshotReader snapshots;
    private final ContainerReader containers;

    /// Nothing is looked at before it is needed.
    ///
    /// @param lxcPath the only folder of plain LXC to look into; null for what lxc itself is
    ///   configured for
    /// @param pveDirectory where the cluster file system of Proxmox VE is mounted
    public HostView(@Nullable Path lxcPath, Path pveDirectory) {
        runtimes = HostRuntimes.of(lxcPath, pveDirectory, running);
        snapshots = new SnapshotReader(HostView::configuration, SnapshotReader.PATIENCE, running);
        containers = new ContainerReader(snapshots, runtimes);
    }

    /// Who looks after its containers.
    public HostRuntimes runtimes() {
        return runtimes;
    }

    /// Reads containers that run, and the configuration of all.
    public SnapshotReader snapshots() {
        return snapshots;
    }

    /// Reads containers whether they run or not.
    public ContainerReader containers() {
        return containers;
    }

    /// What tells a container from another of its name, made anew; empty where it does not run.
    public String identity(ContainerId container) throws IOException {
        RunningContainer now = running.seen(container);
        return now == null ? "" : Learner.identity(now);
    }

    /// What these units of a container that runs are made of now; nothing where it does not run.
    public Map<String, String> origins(ContainerId container, Collection<String> units)
            throws IOException {
        RunningContainer now = running.seen(container);
        return now == null || units.isEmpty() ? Map.of() : Learner.origins(now, units);
    }

    /// All processes by number, the container of each called as liblxc calls it.
    public List<HostProcess> processes() throws IOException {
        return ProcessTable.read(running);
    }

    /// What has the systemd of a container start a unit again.
    public UnitStarter starter() {
        return new BusStarter(running);
    }

    /// What has the PID 1 of a container give something up while it runs.
    public LiveStep live() {
        return new LiveContainer(running);
    }

    /// A watch of a container that runs.
    ///
    /// @param watches how many there are at once, with this one
    /// @throws IOException when the container does not run, or this host does not let it be
    ///   watched; with a sentence that says what to do
    public Learner watch(ContainerId container, int watches) throws IOException {
        return Learner.of(running, container, watches);
    }

    /// The same of one that is about to be started.
    ///
    /// @param privileged whether it has no user namespace of its own
    /// @throws IOException when this host does not let it be watched; with a sentence that says
    ///   what to do
    public Learner.Start watchOfStart(ContainerId container, boolean privileged)
            throws IOException {
        return Learner.ofStart(running, container, privileged);
    }

    private static @Nullable ConfigurationText configuration(ContainerId container) {
        return FileConfigSource.text(
                container.configPath(), container.format(), InstalledLiblxc::asked);
    }
}
