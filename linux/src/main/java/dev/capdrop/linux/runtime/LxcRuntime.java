package dev.capdrop.linux.runtime;

import dev.capdrop.core.change.Change.Progress;
import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.root.HostFile;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.linux.runtime.HostRuntime.ConfiguredRoot;
import dev.capdrop.linux.runtime.HostRuntime.Original.LeftCopy;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.store.FileConfigStore;
import dev.capdrop.linux.store.TrialFolder;
import dev.capdrop.linux.time.Deadline.Patience;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Plain LXC, by lxc-start(1) and lxc-stop(1). A container counts as running until liblxc calls it
/// stopped, because until then it cannot be started again.
final class LxcRuntime extends ToldRuntime implements LxcCopies.LxcControl {
    private static final String PACKAGE = "lxc";
    private static final String KILL = "--kill";

    /// The time that a program gets beyond the one that it was told to wait.
    private static final Duration GRACE = Duration.ofSeconds(10);

    /// The end of what liblxc says where another start has the socket (`lxc_server_init`).
    private static final String RUNS_ALREADY = "appears to be already running";

    private static final int MOST_SNAPSHOTS = 10_000;

    private final @Nullable Path folder;
    private final LxcContainers containers;

    /// @param lxcPath the only folder to look into; null for what lxc itself is configured for
    LxcRuntime(@Nullable Path lxcPath, RunningContainers running) {
        super(running);
        this.folder = lxcPath == null ? null : lxcPath.toAbsolutePath().normalize();
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
        return running.seen().stream()
                .filter(one -> one.id().isSameForLxc(container))
                .findFirst()
                .map(RunningContainers.RunningContainer::user)
                .orElse(0);
    }

    @Override
    public boolean canBeCalled(String word) {
        return true;
    }

    @Override
    public boolean covers(ContainerId container) {
        return folder == null || folder.equals(Path.of(container.lxcPath()));
    }

    @Override
    public String owner(ContainerId container) throws IOException {
        String folder = container.lxcPath();
        return container.target() + (folder.equals(containers.lxcPath()) ? "" : " in " + folder);
    }

    @Override
    public ConfigStore store() {
        return new FileConfigStore();
    }

    @Override
    public List<HostConfiguration> snapshots(HostConfiguration configuration, ConfigSource source)
            throws IOException {
        Path kept = Path.of(configuration.path()).resolveSibling("snaps");
        List<HostConfiguration> found = new ArrayList<>();
        try {
            for (String name : HostFile.names(kept, MOST_SNAPSHOTS)) {
                Path file = kept.resolve(name).resolve("config");
                if (Files.isRegularFile(file)) {
                    String owner = configuration.ownerOfSnapshot(name);
                    ConfigFormat format = configuration.format();
                    found.add(new HostConfiguration(owner, file.toString(), format, null));
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

    /// Root must not restart what another user runs: what that user's configuration names, its
    /// hooks above all, would run as root.
    @Override
    public Decision.@Nullable LeftOut notRestartable(ContainerId container) throws IOException {
        return running(container) ? runByAnother(running.now(container)) : null;
    }

    static Decision.@Nullable LeftOut runByAnother(
            RunningContainers.@Nullable RunningContainer found) {
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

    /// Waits for an lxc-stop or lxc-start that a killed run has left: it would strike what is
    /// started after it.
    @Override
    public void awaitEarlier(ContainerId container, Duration timeout, Progress progress)
            throws IOException {
        List<String> first = first(container);
        for (String program : List.of("lxc-stop", "lxc-start")) {
            if (HostProgram.ProcessCommands.HERE.anyOfRoot(program, first)) {
                progress.step(
                        "waiting for the end of the %s that an earlier run has left"
                                .formatted(program));
                until(
                        () -> !HostProgram.ProcessCommands.HERE.anyOfRoot(program, first),
                        Patience.atLeast(timeout.plus(GRACE)));
            }
        }
    }

    @Override
    Told tellToStop(ContainerId container, Duration timeout, boolean force) throws IOException {
        String reason = stop(container, timeout, force ? List.of() : List.of("--nokill"));
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
    public Copies copies(HostRuntime.Original original) throws IOException {
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
            throw stillRuns(
                    container, System.nanoTime(), true, reason.isEmpty() ? "" : ": " + reason);
        }
    }

    @Override
    Told tellToStart(ContainerId container, Duration timeout) throws IOException {
        return begin(container, timeout, (program, arguments) -> program.run(arguments, timeout));
    }

    @Override
    public void start(ContainerId container, Duration timeout, Run run) throws IOException {
        if (running(container)) {
            throw new IOException("'" + container.target() + "' runs already, nothing was started");
        }
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
            String reason = outcome.succeeded() ? "" : log.reason(outcome);
            if (!reason.isEmpty() && !reason.endsWith(RUNS_ALREADY)) {
                throw new IOException(
                        "'%s' does not start: %s".formatted(container.target(), reason));
            }
        }
        return new Told("", Patience.exactly(Duration.ZERO));
    }

    private static String stop(ContainerId container, Duration timeout, List<String> how)
            throws IOException {
        List<String> options = new ArrayList<>(how);
        if (!how.contains(KILL)) {
            // lxc-stop(1) refuses both
            options.add("--timeout=" + wholeSeconds(timeout));
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

    private static List<String> first(ContainerId container) {
        return List.of("--name=" + container.name(), "--lxcpath=" + container.lxcPath());
    }

    private boolean ends(ContainerId container) throws IOException {
        return until(() -> !running(container), Patience.atLeast(GRACE));
    }

    /// liblxc itself ends a start whose lxc-start is gone, once a hook that runs has returned.
    private String givenUp(ContainerId container, Duration timeout) throws IOException {
        return "'%s' has not started within %d s; the start was given up%s"
                .formatted(
                        container.target(),
                        wholeSeconds(timeout),
                        ends(container) ? "" : " but has not ended yet (a hook may hang)");
    }

    /// The log of one run of an lxc program: a file without a name, so that nothing stays of it.
    record LxcLog(Descriptor file) implements AutoCloseable {
        private static final int MOST = 64 << 10;
        private static final int MAX_REASON = 300;

        /// `PROGRAM NAME DATE ERROR CATEGORY - FILE:FUNCTION:LINE - MESSAGE`, or the same without a
        /// log file: `PROGRAM: NAME: FILE: FUNCTION: LINE MESSAGE`.
        private static final Pattern LINE =
                Pattern.compile(
                        "^lxc-.* - \\S+:\\w+:\\d+ - (?<logged>.+)$|^lxc-\\w+: .*?: \\S+\\.c: \\w+: \\d+ (?<printed>.+)$",
                        Pattern.MULTILINE);

        static LxcLog open() throws IOException {
            Path named = Files.createTempFile("capdrop-", ".log");
            try {
                return new LxcLog(Libc.open(named.toString(), Libc.O_RDWR | Libc.O_NOFOLLOW));
            } finally {
                Files.delete(named);
            }
        }

        String reason(HostProgram.Outcome outcome) throws IOException {
            byte[] bytes = new byte[MOST];
            int length = Libc.pread(file, bytes, 0);
            String logged = firstMessage(new String(bytes, 0, length, StandardCharsets.UTF_8));
            if (!logged.isEmpty()) {
                return logged;
            }
            String printed = firstMessage(outcome.output());
            if (!printed.isEmpty()) {
                return printed;
            }
            return outcome.inTime()
                    ? "the program gave no reason (status " + outcome.status() + ")"
                    : "the program did not end";
        }

        static String firstMessage(String text) {
            Matcher matcher = LINE.matcher(text);
            if (!matcher.find()) {
                return "";
            }
            String logged = matcher.group("logged");
            String message = logged == null ? matcher.group("printed") : logged;
            String clean = message.replaceAll("\\p{Cntrl}", "?").strip();
            return clean.length() <= MAX_REASON ? clean : clean.substring(0, MAX_REASON) + "…";
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
