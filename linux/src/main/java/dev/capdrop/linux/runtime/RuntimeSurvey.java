package dev.capdrop.linux.runtime;

import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.proc.RunningContainers.RunningContainer;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.store.ClusterFileSystem;
import dev.capdrop.linux.time.Deadline.Patience;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Finds out who looks after the containers of this host.
public final class RuntimeSurvey {
    private static final Patience LIMIT = Patience.atLeast(Duration.ofSeconds(5));
    private static final Pattern VERSION = Pattern.compile("[0-9][0-9A-Za-z.~+-]{0,30}");

    private RuntimeSurvey() {}

    /// Looks at plain LXC.
    ///
    /// @param lxcPath the only folder to look into; null for what lxc itself is configured for
    /// @param root whether this process sees the containers of others
    /// @throws IOException one sentence where LXC does not answer
    public static Fact<HostSurvey.Lxc> lxc(
            @Nullable Path lxcPath, boolean root, RunningContainers running) throws IOException {
        HostProgram program = HostProgram.ifInstalled("lxc-info");
        if (program == null) {
            return new Fact.Absent<>();
        }
        String folder = lxcPath == null ? null : lxcPath.toAbsolutePath().normalize().toString();
        LxcContainers containers = new LxcContainers(folder, running);
        Predicate<ContainerId> listed =
                id ->
                        id.kind() == RuntimeKind.LXC
                                && (folder == null || folder.equals(id.lxcPath()));
        return new Fact.Known<>(
                new HostSurvey.Lxc(
                        version(program.run(List.of("--version"), LIMIT)),
                        containers.lxcPath(),
                        seen(root, () -> containers.all().size()),
                        root ? running(running, listed) : hidden()));
    }

    static Fact<Integer> running(RunningContainers running, Predicate<ContainerId> which) {
        return count(() ->
                Math.toIntExact(
                        running.seen().stream().map(RunningContainer::id).filter(which).count()));
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

    static Fact<Integer> hidden() {
        return new Fact.Unknown<>("only root sees them");
    }

    /// Looks at Proxmox VE.
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
