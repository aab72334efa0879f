package dev.capdrop.linux.runtime;

import dev.capdrop.core.change.Change.Progress;
import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.document.Names;
import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.runtime.IncusFile;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.incus.IncusServer;
import dev.capdrop.linux.incus.IncusServer.IncusInstance;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.linux.runtime.HostRuntime.ConfiguredRoot;
import dev.capdrop.linux.runtime.HostRuntime.Original.LeftCopy;
import dev.capdrop.linux.store.TrialFolder;
import dev.capdrop.linux.time.Deadline.Patience;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Incus, or LXD, over its REST API: the containers of this member of a cluster.
final class IncusRuntime extends ToldRuntime {
    private static final Pattern NAME =
            Pattern.compile("(?:[^/_\\s\\p{Cntrl}]{1,63}_)?[A-Za-z0-9-]{1,63}");

    private static final Set<String> SETTLED = Set.of("Running", "Ready", "Stopped");

    /// The words for another operation that has the instance (Incus 6.0, `operationlock.go`).
    private static final String BUSY = "is busy running a ";

    private static final int MOST_NAMED = 20;
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final IncusServer server;

    /// The last listing, which serves [#elsewhere], too.
    private volatile @Nullable Members listed;

    private record Members(List<IncusInstance> here, List<IncusInstance> others) {}

    IncusRuntime(IncusServer server, RunningContainers running) {
        super(running);
        this.server = server;
    }

    @Override
    public RuntimeKind kind() {
        return RuntimeKind.of(server.daemon());
    }

    private ContainerId id(IncusFile file) {
        return new ContainerId(kind(), file.lxcName(), file.lxcPath(), file.raw());
    }

    @Override
    public List<HostContainer> containers() throws IOException {
        Members members = members();
        listed = members;
        return members.here().stream()
                .map(one -> id(one.file(server.directory())))
                .sorted(Comparator.comparing(ContainerId::name))
                .map(id -> new HostContainer(id, null))
                .toList();
    }

    private Members members() throws IOException {
        if (!server.present()) {
            return new Members(List.of(), List.of());
        }
        List<IncusInstance> all = server.containers();
        boolean clustered = all.stream().anyMatch(one -> !one.location().equals("none"));
        String member = clustered ? server.member() : "none";
        Map<Boolean, List<IncusInstance>> found =
                all.stream()
                        .filter(one -> !IncusCopies.isCopy(one))
                        .collect(Collectors.partitioningBy(one -> one.location().equals(member)));
        return new Members(
                found.getOrDefault(true, List.of()), found.getOrDefault(false, List.of()));
    }

    @Override
    public String elsewhere() throws IOException {
        List<String> others = new ArrayList<>();
        Members last = listed;
        for (IncusInstance one : (last == null ? members() : last).others()) {
            others.add(
                    "%s (%s)".formatted(id(one.file(server.directory())).target(), one.location()));
        }
        Collections.sort(others);
        return others.isEmpty()
                ? ""
                : "on other members of this cluster, to be checked there: "
                        + Names.some(others, MOST_NAMED);
    }

    @Override
    public boolean canBeCalled(String word) {
        return NAME.matcher(word).matches();
    }

    @Override
    public String meant(String word) throws IOException {
        for (IncusInstance one : members().others()) {
            IncusFile file = one.file(server.directory());
            if (file.lxcName().equals(word)) {
                return "'%s' is on the member '%s' of this %s cluster; run capdrop there"
                        .formatted(id(file).target(), one.location(), kind().title());
            }
        }
        return "";
    }

    @Override
    public boolean made(ContainerId container) {
        return covers(container);
    }

    /// Returns one that runs on while incusd does not.
    @Override
    public @Nullable HostContainer unlisted(ContainerId container) throws IOException {
        String path = container.lxcPath() + "/" + container.name() + "/raw.lxc";
        IncusFile file = IncusFile.of(path);
        return file == null || IncusCopies.isCopy(server, file)
                ? null
                : new HostContainer(id(file), null);
    }

    @Override
    public String claim() {
        return "which keeps its configuration";
    }

    @Override
    public boolean covers(ContainerId container) {
        IncusFile any = new IncusFile(server.directory(), IncusFile.DEFAULT_PROJECT, "");
        return container.lxcPath().equals(any.lxcPath());
    }

    @Override
    public ConfigStore store() {
        return server.store();
    }

    @Override
    public String snapshotWith(ContainerId container, String text) throws IOException {
        return server.snapshotWith(IncusCopies.file(container), text);
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
        IncusFile file = IncusCopies.file(one.id());
        String status = server.container(file).status();
        String work = server.work(file);
        // Incus freezes what it copies: to let that go on would spoil the copy
        if (status.equals("Frozen") && work.isEmpty()) {
            return Decision.LeftOut.refused(
                    "it is frozen", "'%s' lets it go on".formatted(kind().thaw(one.id())));
        }
        if (!work.isEmpty() || !SETTLED.contains(status)) {
            return Decision.LeftOut.refused(
                    work.isEmpty()
                            ? "%s says that it is '%s'".formatted(kind().title(), status)
                            : "%s is at work on it (%s)".formatted(kind().title(), work),
                    "try again when that has ended");
        }
        return null;
    }

    @Override
    public Decision.@Nullable LeftOut notRestartable(ContainerId container) throws IOException {
        return server.container(IncusCopies.file(container)).ephemeral()
                ? Decision.LeftOut.refused(
                        "it is ephemeral, and %s deletes it as soon as it stops"
                                .formatted(kind().title()),
                        "'apply --live' does without a restart")
                : null;
    }

    @Override
    public Errand<Fact<HostSurvey.Other>> survey(boolean root) {
        return this::seen;
    }

    private Fact<HostSurvey.Other> seen() throws IOException {
        if (server.forbidden()) {
            throw new AccessDeniedException(server.directory());
        }
        if (!server.present()) {
            return new Fact.Absent<>();
        }
        IncusServer.About about = server.about();
        String version =
                "version %s at %s/unix.socket".formatted(about.version(), server.directory());
        return new Fact.Known<>(
                new HostSurvey.Other(
                        version,
                        about.trusted(),
                        HostRuntimes.RuntimeSurvey.count(() -> containers().size()),
                        HostRuntimes.RuntimeSurvey.running(running, this::made)));
    }

    @Override
    public List<LeftCopy> removeCopies(TrialFolder left) throws IOException {
        return IncusCopies.removeLeft(left, copying(), server.directory());
    }

    @Override
    public Copies copies(HostRuntime.Original original) throws IOException {
        requireInstalled();
        return IncusCopies.of(original, copying());
    }

    private IncusCopies.Incus copying() {
        return new IncusCopies.Incus(server, this, this::id);
    }

    @Override
    public void requireInstalled() throws IOException {
        String silence = silence();
        if (!silence.isEmpty()) {
            throw new IOException(silence);
        }
    }

    @Override
    public String silence() throws IOException {
        String socket = server.directory() + "/unix.socket";
        if (server.forbidden()) {
            return "%s listens at '%s', and this user may not connect; root may"
                    .formatted(kind().title(), socket);
        }
        return server.present()
                ? ""
                : "%s does not answer at '%s'; 'systemctl start %s' starts it"
                        .formatted(kind().title(), socket, server.daemon().service());
    }

    @Override
    @Nullable Object current(ContainerId container) throws IOException {
        return running.now(container);
    }

    @Override
    Told tellToStop(ContainerId container, Duration timeout, boolean force) throws IOException {
        String reason = act(container, "stop", timeout, false);
        if (!reason.isEmpty() && force && running(container)) {
            reason = act(container, "stop", GRACE, true);
        }
        return Told.of(reason, GRACE);
    }

    @Override
    public void awaitEarlier(ContainerId container, Duration timeout, Progress progress)
            throws IOException {
        IncusFile file = IncusCopies.file(container);
        String work = server.work(file);
        if (!work.isEmpty()) {
            progress.step("waiting for what " + kind().title() + " does with it (" + work + ")");
            until(() -> server.work(file).isEmpty(), Patience.exactly(timeout));
        }
    }

    @Override
    Told tellToStart(ContainerId container, Duration timeout) throws IOException {
        String reason = act(container, "start", timeout, false);
        if (!reason.isEmpty() && !running(container)) {
            throw new IOException("'%s' does not start: %s".formatted(container.target(), reason));
        }
        return Told.of("", GRACE);
    }

    /// Starts or stops it, again and again while another operation (a backup, the stop before) has
    /// the instance, and returns the daemon's words for why that was not done; empty where it was.
    String act(ContainerId container, String action, Duration timeout, boolean force)
            throws IOException {
        AtomicReference<String> reason = new AtomicReference<>("");
        boolean _ =
                until(
                        () -> {
                            reason.set(
                                    server.act(
                                            IncusCopies.file(container), action, timeout, force));
                            return !isBusy(reason.get());
                        },
                        Patience.exactly(timeout));
        return reason.get();
    }

    private static boolean isBusy(String reason) {
        return reason.contains(BUSY);
    }
}
