package dev.capdrop.cli.command;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.command.CommandModel.OptionGroup;
import dev.capdrop.core.change.BootWait;
import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.change.ContainerRuntime;
import dev.capdrop.core.change.Journal;
import dev.capdrop.core.container.ConfigEdit;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.linux.offline.ContainerReader;
import dev.capdrop.linux.runtime.HostConfigurations;
import dev.capdrop.linux.runtime.HostContainers;
import dev.capdrop.linux.runtime.InstalledLiblxc;
import dev.capdrop.linux.runtime.KnownCapabilities;
import dev.capdrop.linux.runtime.LxcContainers;
import dev.capdrop.linux.runtime.LxcRuntime;
import dev.capdrop.linux.runtime.Privilege;
import dev.capdrop.linux.runtime.ProxmoxNode;
import dev.capdrop.linux.runtime.ProxmoxRuntime;
import dev.capdrop.linux.snapshot.SnapshotReader;
import dev.capdrop.linux.store.FileConfigSource;
import dev.capdrop.linux.store.FileConfigStore;
import dev.capdrop.linux.store.FileJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The options that say where this host keeps things, and what follows from them.
final class HostOptions implements OptionGroup {
    @Nullable Path lxcPath;
    Path stateDir = FileJournal.DEFAULT_DIRECTORY;
    Path pveDir = ProxmoxNode.DEFAULT_DIRECTORY;

    @Override
    public void addTo(CommandModel model) {
        model.option(
                        "--lxc-path",
                        "DIR",
                        "where LXC keeps its containers (default: as lxc.conf says, else /var/lib/lxc)",
                        new Folders(),
                        lxcPath,
                        dir -> lxcPath = dir)
                .option(
                        "--state-dir",
                        "DIR",
                        "where capdrop keeps its journal (default: ${DEFAULT-VALUE})",
                        new Folders(),
                        stateDir,
                        dir -> stateDir = dir)
                .option(
                        "--pve-dir",
                        "DIR",
                        "where the cluster file system of Proxmox VE is mounted (default:"
                                + " ${DEFAULT-VALUE})",
                        new Folders(),
                        pveDir,
                        dir -> pveDir = dir);
    }

    /// The containers of this host.
    HostContainers containers() throws IOException {
        return new HostContainers(lxc(), proxmox());
    }

    /// Every configuration of this host, whatever folder these options name.
    ///
    /// @param source the host's files
    HostConfigurations configurations(ConfigSource source) throws IOException {
        List<HostContainers> all = new ArrayList<>(List.of(containers()));
        if (lxcPath != null) {
            all.add(new HostContainers(new LxcContainers(null), null));
        }
        return HostConfigurations.read(all, lxc().lxcPath(), source);
    }

    /// This host's name: for Proxmox VE that of the node.
    String node() throws IOException {
        ProxmoxNode node = proxmox();
        return node == null ? SnapshotReader.hostname() : node.name();
    }

    private LxcContainers lxc() {
        if (lxcPath != null && !Files.isDirectory(lxcPath)) {
            throw noFolder(lxcPath, "LXC's containers, such as /var/lib/lxc");
        }
        return new LxcContainers(
                lxcPath == null ? null : lxcPath.toAbsolutePath().normalize().toString());
    }

    /// Null where the host is none of Proxmox VE's.
    private @Nullable ProxmoxNode proxmox() throws IOException {
        ProxmoxNode node = ProxmoxNode.at(pveDir());
        if (node == null && !pveDir.equals(ProxmoxNode.DEFAULT_DIRECTORY)) {
            throw noFolder(pveDir, "Proxmox VE's configuration, such as /etc/pve");
        }
        return node;
    }

    private Path pveDir() {
        return pveDir.toAbsolutePath().normalize();
    }

    /// Whether this file is one of Proxmox VE's on this node.
    boolean holdsConfiguration(Path file) {
        return file.startsWith(pveDir());
    }

    private static UsageException noFolder(Path path, String what) {
        return new UsageException(
                "'" + path + "' is no folder, expected the one that holds " + what);
    }

    ContainerReader reader() {
        return new ContainerReader(snapshots());
    }

    /// Reads containers that run, and the configuration of all.
    SnapshotReader snapshots() {
        return new SnapshotReader(HostOptions::configuration, SnapshotReader.PATIENCE);
    }

    /// The container, its boot ended if it runs; a stopped one is not waited for.
    Snapshot readSettled(ContainerId container, BootWait wait) throws IOException {
        return runtime(container).running(container)
                ? reader().readSettled(container, wait)
                : reader().read(container);
    }

    /// What starts and stops this container.
    ContainerRuntime runtime(ContainerId container) {
        return container.proxmox() ? new ProxmoxRuntime(pveDir()) : new LxcRuntime();
    }

    /// Refuses to go on where this container can be neither stopped nor started, or must not be.
    ///
    /// @throws IOException one sentence that says why
    void requireRestartable(ContainerId container) throws IOException {
        if (container.proxmox()) {
            new ProxmoxRuntime(pveDir()).requireInstalled();
            String obstacle = startObstacle(container);
            if (!obstacle.isEmpty()) {
                throw new IOException(
                        "'%s' is not shut down, because it would not start again: it %s; put that right, or say --no-restart"
                                .formatted(container.target(), obstacle));
            }
        } else {
            LxcRuntime lxc = new LxcRuntime();
            lxc.requireInstalled();
            lxc.requireRoots(container);
        }
    }

    /// What would keep a guest of Proxmox VE that runs from starting again; empty when nothing is
    /// known to.
    String startObstacle(ContainerId container) throws IOException {
        return new ProxmoxRuntime(pveDir()).startObstacle(container);
    }

    /// Refuses an edit after which the configuration would not load.
    ///
    /// @throws IOException one sentence that names what is not known here
    static void requireLoadable(ConfigEdit edit) throws IOException {
        CapabilitySet recent = edit.addedToDrop().minus(KnownCapabilities.EVERYWHERE);
        if (recent.isEmpty()) {
            return;
        }
        int last = SnapshotReader.host().lastCapability();
        CapabilitySet unknown = recent.minus(new KnownCapabilities().read(last));
        if (!unknown.isEmpty()) {
            throw new IOException(
                    "a liblxc or a kernel that is installed here does not know %s and would not load a configuration that names it; say --keep %s"
                            .formatted(unknown, unknown.toString().replace(' ', ',')));
        }
    }

    /// Where this container's configuration is kept.
    ConfigStore store(ContainerId container) {
        return container.proxmox() ? FileConfigStore.proxmox(pveDir()) : new FileConfigStore();
    }

    Journal journal() {
        return new FileJournal(stateDir);
    }

    /// The container that a target names.
    ///
    /// @throws UsageException when there is none, or several
    ContainerId container(String target) throws IOException {
        return new Targets(containers()).id(target);
    }

    private static @Nullable ConfigurationText configuration(ContainerId container) {
        return FileConfigSource.text(
                container.configPath(), container.format(), InstalledLiblxc::asked);
    }

    /// Whether these options let us see this container, were it there.
    boolean covers(ContainerId container) {
        if (container.ofHost()) {
            return true;
        }
        if (container.proxmox()) {
            return Path.of(container.configPath()).startsWith(pveDir());
        }
        return lxcPath == null
                || lxcPath.toAbsolutePath().normalize().equals(Path.of(container.lxcPath()));
    }

    /// What follows a command's name to mean this container.
    String command(ContainerId container) {
        return word(container) + arguments();
    }

    /// These options as words of a command line, as far as they say anything.
    String arguments() {
        String path = lxcPath == null ? "" : " --lxc-path " + quoted(lxcPath);
        String pve =
                pveDir.equals(ProxmoxNode.DEFAULT_DIRECTORY) ? "" : " --pve-dir " + quoted(pveDir);
        String state =
                stateDir.equals(FileJournal.DEFAULT_DIRECTORY)
                        ? ""
                        : " --state-dir " + quoted(stateDir);
        return path + pve + state;
    }

    /// The shortest word for it that an administrator of Proxmox VE would type.
    static String word(ContainerId container) {
        return container.proxmox() ? container.name() : container.target();
    }

    static String quoted(Path folder) {
        String path = folder.toString();
        return path.matches("[A-Za-z0-9/._-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
    }

    /// What reads or changes containers needs the rights of root.
    static void requireRoot() throws IOException {
        requireRoot("");
    }

    /// The same for a command that takes a recording instead.
    static void requireRootOrRecording() throws IOException {
        requireRoot(", or look at a recorded snapshot with --from FILE");
    }

    private static void requireRoot(String instead) throws IOException {
        if (!Privilege.root()) {
            throw new UsageException(
                    "reading and changing containers needs root: run it with sudo" + instead);
        }
    }
}
