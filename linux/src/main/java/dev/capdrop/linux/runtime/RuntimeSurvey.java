package dev.capdrop.linux.runtime;

import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.proc.RunningContainers.RunningContainer;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.store.ClusterFileSystem;
import dev.capdrop.linux.time.Errand;
import dev.capdrop.linux.time.Patience;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds out who looks after the containers of this host.
public final class RuntimeSurvey {
    private static final Patience LIMIT = Patience.atLeast(Duration.ofSeconds(5));
    private static final Pattern VERSION = Pattern.compile("[0-9][0-9A-Za-z.~+-]{0,30}");

    private RuntimeSurvey() {}

    /// Plain LXC; absent where it is not installed.
    ///
    /// @param lxcPath the only folder to look into; null for what lxc itself is configured for
    /// @param root whether this process sees the containers of others
    /// @param running finds those that run; others may look through it, too
    /// @throws IOException one sentence where LXC does not answer
    @SuppressWarnings("exports")
    public static Fact<HostSurvey.Lxc> lxc(
            @Nullable Path lxcPath, boolean root, RunningContainers running) throws IOException {
        HostProgram program = HostProgram.ifInstalled("lxc-info");
        if (program == null) {
            return new Fact.Absent<>();
        }
        String folder = lxcPath == null ? null : lxcPath.toAbsolutePath().normalize().toString();
        LxcContainers containers = new LxcContainers(folder, running);
        return new Fact.Known<>(
                new HostSurvey.Lxc(
                        version(program.run(List.of("--version"), LIMIT)),
                        containers.lxcPath(),
                        seen(root, () -> containers.all().size()),
                        seen(root, () -> running(folder, running))));
    }

    /// The looks at all others, by what is looked at.
    ///
    /// @param root whether this process sees the containers of others
    public static Map<RuntimeKind, Errand<Fact<HostSurvey.Other>>> others(
            HostRuntimes runtimes, boolean root) {
        Map<RuntimeKind, Errand<Fact<HostSurvey.Other>>> looks = new EnumMap<>(RuntimeKind.class);
        for (HostRuntime one : runtimes.all()) {
            Errand<Fact<HostSurvey.Other>> look = one.survey(root);
            if (look != null) {
                looks.put(one.kind(), look);
            }
        }
        return looks;
    }

    static List<ContainerId> running(RunningContainers running, RuntimeKind kind)
            throws IOException {
        return running.seen().stream()
                .map(RunningContainer::id)
                .filter(id -> id.kind() == kind)
                .toList();
    }

    static String version(HostProgram.Outcome outcome) throws IOException {
        String version = outcome.output().strip();
        if (!outcome.succeeded() || !VERSION.matcher(version).matches()) {
            throw new IOException(
                    outcome.inTime()
                            ? "'lxc-info --version' ends with status %s and without a version"
                                    .formatted(outcome.status())
                            : "'lxc-info --version' has not ended after %s s"
                                    .formatted(LIMIT.time().toSeconds()));
        }
        return version;
    }

    private static int running(@Nullable String folder, RunningContainers running)
            throws IOException {
        return (int)
                running(running, RuntimeKind.LXC).stream()
                        .filter(id -> folder == null || folder.equals(id.lxcPath()))
                        .count();
    }

    static Fact<Integer> seen(boolean root, Errand<Integer> count) {
        return root ? count(count) : hidden();
    }

    static Fact<Integer> count(Errand<Integer> count) {
        try {
            return new Fact.Known<>(count.take());
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
                            HostProgram.ifInstalled("pct") != null,
                            node.guests().size()));
        } catch (AccessDeniedException hidden) {
            throw hidden;
        } catch (IOException silent) {
            String why = String.valueOf(silent.getMessage());
            return new Fact.Known<>(
                    new HostSurvey.Proxmox(new Fact.Unknown<>(why), false, false, 0));
        }
    }
}
