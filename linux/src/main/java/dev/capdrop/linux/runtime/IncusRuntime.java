package dev.capdrop.linux.runtime;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.HostConfiguration;
import dev.capdrop.core.incus.IncusFile;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.incus.IncusInstance;
import dev.capdrop.linux.incus.IncusServer;
import dev.capdrop.linux.incus.IncusStore;
import dev.capdrop.linux.proc.RunningContainers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Incus, over its REST API. Of a cluster there are only the containers of this member, and of all
/// instances only containers.
final class IncusRuntime implements HostRuntime {
    private static final Pattern NAME =
            Pattern.compile("(?:[^/_\\s\\p{Cntrl}]{1,63}_)?[A-Za-z0-9-]{1,63}");

    private final IncusServer server;
    private final RunningContainers running;

    /// That of this host.
    IncusRuntime(RunningContainers running) {
        this(new IncusServer(), running);
    }

    IncusRuntime(IncusServer server, RunningContainers running) {
        this.server = server;
        this.running = running;
    }

    @Override
    public RuntimeKind kind() {
        return RuntimeKind.INCUS;
    }

    /// A host need not have it.
    @Override
    public void requireReachable() {}

    @Override
    public List<HostContainer> containers() throws IOException {
        return here(true).stream()
                .map(one -> ContainerId.incus(one.file(server.directory())))
                .sorted(Comparator.comparing(ContainerId::name))
                .map(id -> new HostContainer(id, null))
                .toList();
    }

    /// @param here whether those of this member are meant, or those of the others
    private List<IncusInstance> here(boolean here) throws IOException {
        if (!server.present()) {
            return List.of();
        }
        List<IncusInstance> all = server.containers();
        boolean clustered = all.stream().anyMatch(one -> !one.location().equals("none"));
        String member = clustered ? server.member() : "none";
        List<IncusInstance> found = new ArrayList<>();
        for (IncusInstance one : all) {
            if (one.location().equals(member) == here) {
                found.add(one);
            }
        }
        return found;
    }

    @Override
    public boolean canBeCalled(String word) {
        return NAME.matcher(word).matches();
    }

    /// One of another member of the cluster.
    @Override
    public String meant(String word) throws IOException {
        for (IncusInstance one : here(false)) {
            IncusFile file = one.file(server.directory());
            if (file.lxcName().equals(word)) {
                return "'%s' is on the member '%s' of this Incus cluster; run capdrop there"
                        .formatted(ContainerId.incus(file).target(), one.location());
            }
        }
        return "";
    }

    /// What runs in its folder.
    @Override
    public boolean made(ContainerId container) {
        return container.lxcPath().equals(folder().lxcPath());
    }

    private IncusFile folder() {
        return new IncusFile(server.directory(), IncusFile.DEFAULT_PROJECT, "");
    }

    /// One that runs on while incusd does not.
    @Override
    public @Nullable HostContainer unlisted(ContainerId container) {
        String path = container.lxcPath() + "/" + container.name() + "/raw.lxc";
        IncusFile file = IncusFile.of(path);
        return file == null ? null : new HostContainer(ContainerId.incus(file), null);
    }

    @Override
    public String claim() {
        return "which keeps its configuration";
    }

    @Override
    public boolean covers(ContainerId container) {
        return container.lxcPath().equals(folder().lxcPath());
    }

    @Override
    public ConfigStore store() {
        return new IncusStore(server);
    }

    /// An instance gets the configuration of a snapshot back when that is restored.
    @Override
    public List<HostConfiguration> snapshots(HostConfiguration configuration, ConfigSource source) {
        return List.of();
    }

    @Override
    public ConfiguredRoot root(ContainerId container, ConfigurationText text) {
        Path folder = Path.of(container.lxcPath(), container.name());
        try {
            Path root = folder.toRealPath().resolve("rootfs");
            if (Files.isDirectory(root.resolve("etc"))) {
                return new ConfiguredRoot.Directory(root);
            }
        } catch (IOException absent) {
            // said below
        }
        return new ConfiguredRoot.Elsewhere(
                "its root directory is below '%s' only while it runs".formatted(folder));
    }

    @Override
    public Decision.@Nullable LeftOut unchangeable(
            HostContainer one, boolean amongAll, boolean restarts) throws IOException {
        String name = one.id().kind().attach(one.id()).replace("incus exec ", "");
        return new Decision.LeftOut(
                "containers of Incus are read, and not changed",
                "'capdrop plan' shows the lines for 'incus config set %s raw.lxc …'"
                        .formatted(name),
                Decision.Weight.NOT_OURS);
    }

    @Override
    public Decision.@Nullable LeftOut notRestartable(ContainerId container) {
        return null;
    }

    @Override
    public void requireInstalled() throws IOException {
        if (!server.present()) {
            throw new IOException(
                    "Incus does not answer at '%s/unix.socket'; 'systemctl start incus' starts it"
                            .formatted(server.directory()));
        }
    }

    @Override
    public boolean running(ContainerId container) throws IOException {
        return running.find(container) != null;
    }

    @Override
    public void stop(ContainerId container, Duration timeout, boolean force) throws IOException {
        throw new IOException("'" + container.target() + "' is not stopped by capdrop");
    }

    @Override
    public void start(ContainerId container, Duration timeout) throws IOException {
        throw new IOException("'" + container.target() + "' is not started by capdrop");
    }
}
