package dev.capdrop.linux.runtime;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.change.Progress;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.copy.LxcCopies;
import dev.capdrop.linux.copy.LxcCopies.LxcControl;
import dev.capdrop.linux.copy.Original;
import dev.capdrop.linux.copy.Original.LeftCopy;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.proc.RunningContainers.RunningContainer;
import dev.capdrop.linux.root.HostFile;
import dev.capdrop.linux.runtime.HostRuntime.ConfiguredRoot;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.store.FileConfigStore;
import dev.capdrop.linux.store.TrialFolder;
import dev.capdrop.linux.time.Patience;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Plain LXC, by the host's own lxc-start(1) and lxc-stop(1).
///
/// A container counts as running from the moment its start begins until liblxc calls it stopped,
/// because until then it cannot be started again.
final class LxcRuntime extends ToldRuntime implements LxcControl {
    private static final String PACKAGE = "lxc";
    private static final List<String> NO_OPTION = List.of();
    private static final String KILL = "--kill";

    /// The time that a program may take beyond the one that it was told to wait.
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final int MOST_SNAPSHOTS = 10_000;

    private final @Nullable Path folder;
    private final LxcContainers containers;
    private final RunningContainers running;

    /// Nothing is looked up before it is needed.
    ///
    /// @param lxcPath the only folder to look into; null for what lxc itself is configured for
    LxcRuntime(@Nullable Path lxcPath, RunningContainers running) {
        this.folder = lxcPath == null ? null : lxcPath.toAbsolutePath().normalize();
        this.running = running;
        this.containers = new LxcContainers(folder == null ? null : folder.toString(), running);
    }

    LxcContainers known() {
        return containers;
    }

    @Override
    public RuntimeKind kind() {
        return RuntimeKind.LXC;
    }

    @Override
    public void requireReachable() throws IOException {
        if (folder != null && !Files.isDirectory(folder)) {
            throw new IOException(
                    "'%s' is no folder, expected the one that holds LXC's containers, such as /var/lib/lxc"
                            .formatted(folder));
        }
    }

    @Override
    public List<HostContainer> containers() throws IOException {
        return containers.all().stream()
                .filter(id -> !id.lxcPath().equals(LxcCopies.FOLDER.toString()))
                .map(id -> new HostContainer(id, null))
                .toList();
    }

    @Override
    public int user(ContainerId container) throws IOException {
        for (RunningContainer one : running.seen()) {
            if (one.id().isSameForLxc(container)) {
                return one.user();
            }
        }
        return 0;
    }

    @Override
    public boolean canBeCalled(String word) {
        return true;
    }

    @Override
    public boolean covers(ContainerId container) {
        return folder == null || folder.equals(Path.of(container.lxcPath()));
    }

    /// A name alone means a container in the usual folder.
    @Override
    public String owner(ContainerId container) throws IOException {
        String folder = container.lxcPath();
        return container.target() + (folder.equals(containers.lxcPath()) ? "" : " in " + folder);
    }

    @Override
    public ConfigStore store() {
        return new FileConfigStore();
    }

    /// Returns what lxc-snapshot(1) keeps beside a container's configuration.
    @Override
    public List<HostConfiguration> snapshots(HostConfiguration configuration, ConfigSource source)
            throws IOException {
        Path kept = Path.of(configuration.path()).resolveSibling("snaps");
        List<HostConfiguration> found = new ArrayList<>();
        try {
            for (String name : HostFile.names(kept, MOST_SNAPSHOTS)) {
                Path file = kept.resolve(name).resolve("config");
                if (Files.isRegularFile(file)) {
                    found.add(
                            new HostConfiguration(
                                    configuration.ownerOfSnapshot(name),
                                    file.toString(),
                                    configuration.format(),
                                    null));
                }
            }
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException refused) {
            throw new IOException("the snapshots in '" + kept + "': " + refused.getMessage());
        }
        return found;
    }

    @Override
    public ConfiguredRoot root(ContainerId container, ConfigurationText text) {
        String path = ConfigurationText.settings(text, kind().format()).value("lxc.rootfs.path");
        return ConfiguredRoots.ofLxc(path == null ? null : text(path));
    }

    /// liblxc hands the bytes of a file to the kernel as they are.
    private static String text(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    @Override
    public Decision.@Nullable LeftOut unchangeable(
            HostContainer one, boolean amongAll, boolean restarts) throws IOException {
        return amongAll ? runByAnother(running.seen(one.id())) : null;
    }

    /// Root must not restart a container that another user of the host runs: whatever that user's
    /// configuration names, its hooks above all, would run as root.
    @Override
    public Decision.@Nullable LeftOut notRestartable(ContainerId container) throws IOException {
        return running(container) ? runByAnother(running.now(container)) : null;
    }

    static Decision.@Nullable LeftOut runByAnother(@Nullable RunningContainer found) {
        return found == null || found.user() == 0
                ? null
                : new Decision.LeftOut(
                        "another user of this host (uid %d) runs it, and what that user's configuration names would run as root"
                                .formatted(found.user()),
                        "'capdrop plan' shows the line that he can add himself, before he stops and starts it",
                        Decision.Weight.NOT_OURS);
    }

    @Override
    public void requireInstalled() throws IOException {
        HostProgram.find("lxc-stop", PACKAGE);
        HostProgram.find("lxc-start", PACKAGE);
    }

    /// An lxc-stop or lxc-start that a killed run has left, and which a busy host has not come to
    /// yet, would strike what is started after it.
    @Override
    public void awaitEarlier(ContainerId container, Duration timeout, Progress progress)
            throws IOException {
        List<String> first = first(container);
        for (String program : List.of("lxc-stop", "lxc-start")) {
            if (HostProgram.underWay(program, first)) {
                progress.step(
                        "waiting for the end of the %s that an earlier run has left"
                                .formatted(program));
                Waiting.until(
                        () -> !HostProgram.underWay(program, first),
                        Patience.atLeast(timeout.plus(GRACE)));
            }
        }
    }

    @Override
    public boolean running(ContainerId container) throws IOException {
        return MonitorSocket.exists(container);
    }

    @Override
    Told tellToStop(ContainerId container, Duration timeout, boolean force) throws IOException {
        String reason = stop(container, timeout, force ? NO_OPTION : List.of("--nokill"));
        if (force && running(container)) {
            reason = stop(container, GRACE, List.of(KILL));
        }
        return Told.of(reason, GRACE);
    }

    @Override
    public List<LeftCopy> removeCopies(TrialFolder left) throws IOException {
        return LxcCopies.removeLeft(left, this);
    }

    @Override
    public Copies copies(Original original) throws IOException {
        requireInstalled();
        ContainerId container = original.id();
        Decision.LeftOut refused = runByAnother(running.now(container));
        if (refused != null) {
            throw new IOException("'" + container.target() + "': " + refused.sentence());
        }
        Path root;
        try {
            LxcCopies.requireRoots(container, original.text());
            root = directory(container, original.text());
        } catch (InvalidPathException strange) {
            throw new IOException(
                    "no copy of '%s' can be made: its configuration names '%s', which is no path"
                            .formatted(container.target(), strange.getInput().replace('\0', '?')));
        }
        return LxcCopies.of(original, root, this);
    }

    private Path directory(ContainerId container, ConfigurationText text) throws IOException {
        return switch (root(container, text)) {
            case ConfiguredRoot.Directory directory -> directory.path();
            case ConfiguredRoot.Elsewhere elsewhere ->
                    throw new IOException(
                            "no copy of '%s' can be made: %s"
                                    .formatted(container.target(), elsewhere.why()));
        };
    }

    @Override
    public void kill(ContainerId container) throws IOException {
        if (!running(container)) {
            return;
        }
        String reason = stop(container, GRACE, List.of(KILL));
        if (!ends(container)) {
            throw Waiting.stillRuns(
                    container, System.nanoTime(), true, reason.isEmpty() ? "" : ": " + reason);
        }
    }

    @Override
    Told tellToStart(ContainerId container, Duration timeout) throws IOException {
        return begin(container, timeout, (program, arguments) -> program.run(arguments, timeout));
    }

    @Override
    public void start(ContainerId container, Duration timeout, Run run) throws IOException {
        requireStopped(container);
        requireStarted(container, begin(container, timeout, run));
    }

    private Told begin(ContainerId container, Duration timeout, Run run) throws IOException {
        HostProgram program = HostProgram.find("lxc-start", PACKAGE);
        try (LxcLog log = LxcLog.open()) {
            HostProgram.Outcome outcome =
                    run.of(program, arguments(container, log, List.of("--daemon")));
            if (!outcome.inTime()) {
                throw new IOException(givenUp(container, timeout));
            }
            if (!outcome.succeeded()) {
                throw new IOException(
                        "'%s' does not start: %s"
                                .formatted(container.target(), log.reason(outcome)));
            }
        }
        return new Told("", Patience.exactly(Duration.ZERO));
    }

    /// @return why lxc-stop failed, empty when it did not
    private static String stop(ContainerId container, Duration timeout, List<String> how)
            throws IOException {
        List<String> options = new ArrayList<>(how);
        if (!how.contains(KILL)) {
            // lxc-stop(1) refuses both
            options.add("--timeout=" + Waiting.wholeSeconds(timeout));
        }
        HostProgram program = HostProgram.find("lxc-stop", PACKAGE);
        try (LxcLog log = LxcLog.open()) {
            HostProgram.Outcome outcome =
                    program.run(
                            arguments(container, log, options),
                            Patience.atLeast(timeout.plus(GRACE)));
            return outcome.succeeded() ? "" : log.reason(outcome);
        }
    }

    private static List<String> arguments(ContainerId container, LxcLog log, List<String> more) {
        List<String> arguments = new ArrayList<>(first(container));
        arguments.add("--logfile=" + log.file().pathForOthers());
        arguments.add("--logpriority=ERROR");
        arguments.addAll(more);
        return arguments;
    }

    /// Returns the first arguments of all runs; nobody else writes them so.
    private static List<String> first(ContainerId container) {
        return List.of("--name=" + container.name(), "--lxcpath=" + container.lxcPath());
    }

    private static boolean ends(ContainerId container) throws IOException {
        return Waiting.until(() -> !MonitorSocket.exists(container), Patience.atLeast(GRACE));
    }

    /// liblxc itself ends a start whose lxc-start is gone, once a hook that runs has returned.
    private String givenUp(ContainerId container, Duration timeout) throws IOException {
        return "'%s' has not started within %d s; the start was given up%s"
                .formatted(
                        container.target(),
                        Waiting.wholeSeconds(timeout),
                        ends(container) ? "" : " but has not ended yet (a hook may hang)");
    }
}
