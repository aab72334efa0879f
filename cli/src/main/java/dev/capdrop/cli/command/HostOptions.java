package dev.capdrop.cli.command;

import dev.capdrop.core.change.Journal;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.linux.offline.ContainerReader;
import dev.capdrop.linux.runtime.LxcContainers;
import dev.capdrop.linux.runtime.LxcRuntime;
import dev.capdrop.linux.runtime.Privilege;
import dev.capdrop.linux.snapshot.SnapshotReader;
import dev.capdrop.linux.store.FileConfigSource;
import dev.capdrop.linux.store.FileJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say where this host keeps things, and what follows from them.
final class HostOptions {
    @Option(
            names = "--lxc-path",
            paramLabel = "DIR",
            converter = Folders.class,
            description =
                    "where LXC keeps its containers (default: as lxc.conf says, else /var/lib/lxc)")
    @Nullable Path lxcPath;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            converter = Folders.class,
            description = "where capdrop keeps its journal (default: ${DEFAULT-VALUE})")
    Path stateDir = FileJournal.DEFAULT_DIRECTORY;

    /// The containers of this host.
    LxcContainers containers() {
        if (lxcPath != null && !Files.isDirectory(lxcPath)) {
            throw new UsageException(
                    "'"
                            + lxcPath
                            + "' is no folder, expected the one that holds LXC's containers, such as"
                            + " /var/lib/lxc");
        }
        return new LxcContainers(
                lxcPath == null ? null : lxcPath.toAbsolutePath().normalize().toString());
    }

    ContainerReader reader() {
        return new ContainerReader(
                new SnapshotReader(HostOptions::configuration, SnapshotReader.PATIENCE));
    }

    /// The container, its boot ended if it runs; a stopped one is not waited for.
    Snapshot readSettled(ContainerId container, Duration timeout) throws IOException {
        return runtime().running(container)
                ? reader().readSettled(container, timeout)
                : reader().read(container);
    }

    LxcRuntime runtime() {
        return new LxcRuntime();
    }

    Journal journal() {
        return new FileJournal(stateDir);
    }

    /// The container that a target names.
    ///
    /// @throws UsageException when there is none, or several
    ContainerId container(String target) throws IOException {
        String name = name(target);
        List<ContainerId> found = containers().named(name);
        return switch (found.size()) {
            case 0 -> throw new UsageException(none(name));
            case 1 -> found.getFirst();
            default ->
                    throw new UsageException(
                            "several containers are called '"
                                    + name
                                    + "', in "
                                    + String.join(
                                            " and ",
                                            found.stream().map(ContainerId::lxcPath).toList())
                                    + "; say which with --lxc-path");
        };
    }

    private static String none(String name) throws IOException {
        String none = "no container is called '" + name + "'";
        return Privilege.root()
                ? none + "; 'capdrop check' lists those of this host"
                : none + " among those that this user may see; root sees all of this host";
    }

    private static String name(String target) {
        String name = withoutRuntime(target);
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.contains("/")) {
            throw new UsageException(
                    "'"
                            + target
                            + "' cannot be a container's name, expected lxc:NAME or NAME; 'capdrop check'"
                            + " lists the containers");
        }
        return name;
    }

    private static String withoutRuntime(String target) {
        int colon = target.indexOf(':');
        if (colon < 0) {
            return target;
        }
        String runtime = target.substring(0, colon);
        if (!runtime.equals("lxc")) {
            throw new UsageException(
                    "'"
                            + target
                            + "': this version knows plain LXC only, expected lxc:NAME or NAME");
        }
        return target.substring(colon + 1);
    }

    private static @Nullable ConfigurationText configuration(ContainerId container) {
        return FileConfigSource.text(container.configPath(), container.format());
    }

    /// What follows a command's name to mean this container.
    String command(ContainerId container) {
        String path = lxcPath == null ? "" : " --lxc-path " + quoted(lxcPath);
        String state =
                stateDir.equals(FileJournal.DEFAULT_DIRECTORY)
                        ? ""
                        : " --state-dir " + quoted(stateDir);
        return container.target() + path + state;
    }

    private static String quoted(Path folder) {
        String path = folder.toString();
        return path.matches("[A-Za-z0-9/._-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
    }

    /// What reads or changes containers needs the rights of root.
    static void requireRoot() throws IOException {
        if (!Privilege.root()) {
            throw new UsageException(
                    "reading and changing containers needs root: run it with sudo, or look at a recorded"
                            + " snapshot with 'capdrop check --from FILE'");
        }
    }
}
