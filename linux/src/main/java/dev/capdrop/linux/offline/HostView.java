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

/// The ways to look at this host and to act in its containers. All of them share the passes over
/// /proc, so that one command makes one where it does not have to see what has changed since.
public final class HostView {
    private final RunningContainers running = new RunningContainers();
    private final HostRuntimes runtimes;
    private final SnapshotReader snapshots;
    private final ContainerReader containers;

    /// Looks at nothing before it is needed.
    ///
    /// @param lxcPath the only folder of plain LXC to look into; null for lxc's own configuration
    /// @param pveDirectory where the cluster file system of Proxmox VE is mounted
    public HostView(@Nullable Path lxcPath, Path pveDirectory) {
        runtimes = HostRuntimes.of(lxcPath, pveDirectory, running);
        snapshots = new SnapshotReader(HostView::configuration, SnapshotReader.PATIENCE, running);
        containers = new ContainerReader(snapshots, runtimes);
    }

    public HostRuntimes runtimes() {
        return runtimes;
    }

    /// Returns the reader of running containers, and of the configuration of all.
    public SnapshotReader snapshots() {
        return snapshots;
    }

    /// Returns the reader of containers in any state.
    public ContainerReader containers() {
        return containers;
    }

    /// Returns what tells a container from a new one of its name; empty where it does not run.
    public String identity(ContainerId container) throws IOException {
        RunningContainer now = running.seen(container);
        return now == null ? "" : Learner.identity(now);
    }

    /// Returns the present make of a running container's units; empty where it does not run.
    public Map<String, String> origins(ContainerId container, Collection<String> units)
            throws IOException {
        RunningContainer now = running.seen(container);
        return now == null || units.isEmpty() ? Map.of() : Learner.origins(now, units);
    }

    /// Returns all processes by number, with the container of each as liblxc calls it.
    public List<HostProcess> processes() throws IOException {
        return ProcessTable.read(running);
    }

    /// Returns the means to restart a unit by a container's systemd.
    public UnitStarter starter() {
        return new BusStarter(running);
    }

    /// Returns the means to have a running PID 1 give up capabilities.
    public LiveStep live() {
        return new LiveContainer(running);
    }

    /// Watches a running container.
    ///
    /// @param watches the number of simultaneous watches, with this one
    /// @throws IOException when the container does not run, or this host does not let it be
    ///   watched; with a sentence that says what to do
    public Learner watch(ContainerId container, int watches) throws IOException {
        return Learner.of(running, container, watches);
    }

    /// Watches a container that is about to be started.
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
