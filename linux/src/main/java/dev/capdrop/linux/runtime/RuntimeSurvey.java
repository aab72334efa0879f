package dev.capdrop.linux.runtime;

import dev.capdrop.core.host.Fact;
import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.incus.IncusServer;
import dev.capdrop.linux.proc.RunningContainer;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.store.ClusterFileSystem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who looks after the containers of this host.
public final class RuntimeSurvey {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Pattern VERSION = Pattern.compile("[0-9][0-9A-Za-z.~+-]{0,30}");

    private RuntimeSurvey() {}

    /// Plain LXC; absent where it is not installed.
    ///
    /// @param lxcPath the only folder to look into; null for what lxc itself is configured for
    /// @param root whether this process sees the containers of others
    /// @throws IOException one sentence where LXC does not answer
    public static Fact<HostSurvey.Lxc> lxc(@Nullable Path lxcPath, boolean root)
            throws IOException {
        HostProgram program;
        try {
            program = HostProgram.onPath("lxc-info", "lxc");
        } catch (IOException notInstalled) {
            return new Fact.Absent<>();
        }
        String folder = lxcPath == null ? null : lxcPath.toAbsolutePath().normalize().toString();
        LxcContainers containers = new LxcContainers(folder);
        return new Fact.Known<>(
                new HostSurvey.Lxc(
                        version(program.run(List.of("--version"), LIMIT)),
                        containers.lxcPath(),
                        root ? count(() -> containers.all().size()) : hidden(),
                        root ? count(() -> running(folder)) : hidden()));
    }

    /// systemd-nspawn; absent where machinectl(1) is not installed.
    ///
    /// @param root whether this process sees the machines of others
    public static Fact<HostSurvey.Nspawn> nspawn(boolean root) {
        RunningContainers running = new RunningContainers();
        NspawnRuntime runtime = new NspawnRuntime(running);
        try {
            runtime.requireInstalled();
        } catch (IOException notInstalled) {
            return new Fact.Absent<>();
        }
        return new Fact.Known<>(
                new HostSurvey.Nspawn(
                        root ? count(() -> runtime.containers().size()) : hidden(),
                        root
                                ? count(() -> running(running, RuntimeKind.NSPAWN).size())
                                : hidden()));
    }

    /// Incus; absent where nobody listens at its socket.
    ///
    /// @throws AccessDeniedException where this process may not ask it
    /// @throws IOException one sentence where it does not answer as Incus does
    public static Fact<HostSurvey.Incus> incus() throws IOException {
        return incus(new IncusServer(), new RunningContainers());
    }

    static Fact<HostSurvey.Incus> incus(IncusServer server, RunningContainers running)
            throws IOException {
        if (server.forbidden()) {
            throw new AccessDeniedException(server.directory());
        }
        if (!server.present()) {
            return new Fact.Absent<>();
        }
        IncusServer.About about = server.about();
        IncusRuntime runtime = new IncusRuntime(server, running);
        return new Fact.Known<>(
                new HostSurvey.Incus(
                        about.version(),
                        server.directory() + "/unix.socket",
                        about.trusted(),
                        count(() -> runtime.containers().size()),
                        count(() -> running(running, runtime))));
    }

    private static int running(RunningContainers running, IncusRuntime runtime) throws IOException {
        return (int) running.recent().stream().filter(one -> runtime.made(one.id())).count();
    }

    private static List<ContainerId> running(RunningContainers running, RuntimeKind kind)
            throws IOException {
        return running.recent().stream()
                .map(RunningContainer::id)
                .filter(id -> id.kind() == kind)
                .toList();
    }

    static String version(HostProgram.Outcome outcome) throws IOException {
        String version = outcome.output().strip();
        if (!outcome.succeeded() || !VERSION.matcher(version).matches()) {
            throw new IOException(
                    outcome.inTime()
                            ? "'lxc-info --version' ends with status "
                                    + outcome.status()
                                    + " and without a version"
                            : "'lxc-info --version' has not ended after "
                                    + LIMIT.toSeconds()
                                    + " s");
        }
        return version;
    }

    private static int running(@Nullable String folder) throws IOException {
        return (int)
                running(new RunningContainers(), RuntimeKind.LXC).stream()
                        .filter(id -> folder == null || folder.equals(id.lxcPath()))
                        .count();
    }

    /// What is counted.
    @FunctionalInterface
    private interface Count {
        int of() throws IOException;
    }

    private static Fact<Integer> count(Count count) {
        try {
            return new Fact.Known<>(count.of());
        } catch (AccessDeniedException hidden) {
            return hidden();
        } catch (IOException failed) {
            return new Fact.Unknown<>(String.valueOf(failed.getMessage()));
        }
    }

    private static Fact<Integer> hidden() {
        return new Fact.Unknown<>("only root sees them");
    }

    /// Proxmox VE; absent where the host is none of its nodes.
    ///
    /// @param directory where its cluster file system is mounted
    /// @throws AccessDeniedException where only others may look at it
    public static Fact<HostSurvey.Proxmox> proxmox(Path directory) throws IOException {
        ClusterFileSystem cluster = new ClusterFileSystem(directory);
        try {
            ProxmoxNode node = ProxmoxNode.at(directory);
            if (node == null) {
                return new Fact.Absent<>();
            }
            return new Fact.Known<>(
                    new HostSurvey.Proxmox(
                            new Fact.Known<>(node.name()),
                            cluster.quorate(),
                            hasPct(),
                            node.guests().size()));
        } catch (AccessDeniedException hidden) {
            throw hidden;
        } catch (IOException silent) {
            String why = String.valueOf(silent.getMessage());
            return new Fact.Known<>(
                    new HostSurvey.Proxmox(new Fact.Unknown<>(why), false, false, 0));
        }
    }

    private static boolean hasPct() {
        try {
            HostProgram.onPath("pct", "pve-container");
            return true;
        } catch (IOException notInstalled) {
            return false;
        }
    }
}
