package dev.capdrop.cli;

import dev.capdrop.core.change.Change.Progress;
import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.linux.runtime.HostRuntime;
import dev.capdrop.linux.runtime.HostRuntime.ConfiguredRoot;
import dev.capdrop.linux.runtime.HostRuntime.Original;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A runtime in memory.
public final class FakeRuntime implements HostRuntime {
    /// With this line in it a configuration is not written.
    private static final String MOUNTED = "lock: mounted\n";

    private final RuntimeKind kind;
    private final FakeHost host;

    FakeRuntime(RuntimeKind kind, FakeHost host) {
        this.kind = kind;
        this.host = host;
    }

    @Override
    public RuntimeKind kind() {
        return kind;
    }

    @Override
    public void requireReachable() throws IOException {
        if (host.unreachable != null) {
            throw new IOException(host.unreachable);
        }
    }

    @Override
    public List<HostContainer> containers() throws IOException {
        if (host.ill.contains(kind)) {
            throw new IOException(kind.title() + " does not answer");
        }
        List<HostContainer> all = new ArrayList<>();
        for (FakeContainer one : host.containers) {
            if (one.id.kind() == kind) {
                all.add(new HostContainer(one.id, one.guest));
            }
        }
        return all;
    }

    @Override
    public int user(ContainerId container) {
        return host.container(container).user;
    }

    @Override
    public boolean canBeCalled(String word) {
        return kind != RuntimeKind.PROXMOX || word.matches("[0-9]+");
    }

    @Override
    public String meant(String word) {
        return kind == RuntimeKind.LXC ? host.meant : "";
    }

    @Override
    public String elsewhere() {
        return kind == RuntimeKind.LXC ? host.elsewhere : "";
    }

    @Override
    public String silence() {
        return host.silence;
    }

    @Override
    public String claim() {
        return kind == RuntimeKind.LXC ? "" : "which writes that configuration anew at every start";
    }

    @Override
    public boolean covers(ContainerId container) {
        return true;
    }

    @Override
    public ConfigStore store() {
        return new ConfigStore() {
            @Override
            public String read(String path) throws IOException {
                return at(path).config;
            }

            @Override
            public void replace(String path, String expected, String content) throws IOException {
                if (host.writeFailure != null) {
                    throw new IOException(host.writeFailure);
                }
                if (at(path).config.contains(MOUNTED)) {
                    throw new IOException("'" + path + "' is locked");
                }
                if (!at(path).config.equals(expected)) {
                    throw new ConfigStore.ChangedException(path);
                }
                host.step();
                at(path).config = content;
                host.step();
            }
        };
    }

    private FakeContainer at(String path) throws IOException {
        for (FakeContainer one : host.containers) {
            if (one.id.configPath().equals(path)) {
                return one;
            }
        }
        throw new IOException("'" + path + "': no such file or folder");
    }

    @Override
    public List<HostConfiguration> snapshots(HostConfiguration configuration, ConfigSource source) {
        return List.of();
    }

    @Override
    public String snapshotWith(ContainerId container, String text) {
        return host.snapshotWith;
    }

    @Override
    public ConfiguredRoot root(ContainerId container, ConfigurationText text) {
        return new ConfiguredRoot.Elsewhere("it is in memory");
    }

    @Override
    public Decision.@Nullable LeftOut unchangeable(
            HostContainer one, boolean amongAll, boolean restarts) {
        FakeContainer container = host.container(one.id());
        return container.unchangeable == null && amongAll && restarts
                ? container.amongAllRestarted
                : container.unchangeable;
    }

    @Override
    public Decision.@Nullable LeftOut notRestartable(ContainerId container) {
        return host.container(container).notRestartable;
    }

    @Override
    public Copies copies(Original original) {
        return new FakeCopies(host, host.container(original.id()), original.lastCapability());
    }

    @Override
    public void requireInstalled() throws IOException {
        if (host.notInstalled != null) {
            throw new IOException(host.notInstalled);
        }
    }

    @Override
    public boolean running(ContainerId container) {
        host.step();
        return host.has(container) && host.container(container).running;
    }

    @Override
    public String opened(ContainerId container) {
        return host.has(container) && host.container(container).config.contains(MOUNTED)
                ? "It is unmounted first."
                : "";
    }

    @Override
    public boolean release(ContainerId container, Progress progress) throws IOException {
        if (opened(container).isEmpty()) {
            return false;
        }
        progress.step("unmounting " + container.name());
        FakeContainer one = host.container(container);
        if (one.staysMounted) {
            throw new IOException("'" + container.target() + "' stays mounted");
        }
        one.config = one.config.replace(MOUNTED, "");
        return true;
    }

    @Override
    public void awaitEarlier(ContainerId container, Duration timeout, Progress progress) {
        if (host.has(container)) {
            Runnable once = host.container(container).onceAwaited;
            host.container(container).onceAwaited = () -> {};
            once.run();
        }
    }

    @Override
    public void stop(ContainerId container, Duration timeout, boolean force) throws IOException {
        String refuses = host.container(container).refusesToStop;
        if (refuses != null) {
            host.container(container).onceRefused.run();
            throw new IOException(refuses);
        }
        host.step();
        host.container(container).stop();
        host.step();
    }

    @Override
    public boolean start(ContainerId container, Duration timeout) throws IOException {
        FakeContainer one = host.container(container);
        if (one.running) {
            return false;
        }
        if (one.refusalsToStart > 0) {
            one.refusalsToStart--;
            throw new IOException("'" + container.target() + "' does not start");
        }
        host.step();
        one.start();
        host.step();
        return true;
    }
}
