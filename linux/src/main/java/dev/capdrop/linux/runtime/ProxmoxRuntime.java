package dev.capdrop.linux.runtime;

import dev.capdrop.core.change.Change.Progress;
import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.LxcSettings;
import dev.capdrop.core.container.ProxmoxConfig;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.linux.runtime.HostRuntime.Original.LeftCopy;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.store.ClusterFileSystem;
import dev.capdrop.linux.store.FileConfigSource;
import dev.capdrop.linux.store.FileConfigStore;
import dev.capdrop.linux.store.TrialFolder;
import dev.capdrop.linux.time.Deadline.Patience;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Proxmox VE, by pct(1), which only queues a start or a stop of a container that the HA manager
/// looks after: what counts is whether the container runs.
///
/// A task, a process that holds the configuration's lock and outlives pct, does it. A shutdown of T
/// seconds may last 2T+5: pct waits for lxc-stop, and then as long again and 5 s for the end
/// (`vm_stop` in pve-container's `PVE/LXC.pm`). Of a start pct takes no limit of time.
final class ProxmoxRuntime extends ToldRuntime {
    private static final String PROGRAM = "pct";
    private static final String PACKAGE = "pve-container";
    private static final String TAG = "capdrop";

    /// The time that pct gets beyond the one that it was told to wait; it waits 10 s for a lock.
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final Path directory;
    private final boolean expected;
    private final LxcContainers lxc;

    ProxmoxRuntime(Path directory, boolean expected, LxcContainers lxc, RunningContainers running) {
        super(running);
        this.directory = directory.toAbsolutePath().normalize();
        this.expected = expected;
        this.lxc = lxc;
    }

    @Override
    public RuntimeKind kind() {
        return RuntimeKind.PROXMOX;
    }

    @Override
    public void requireReachable() throws IOException {
        if (ProxmoxNode.at(directory) == null && expected) {
            throw new IOException(
                    "'%s' is no folder, expected the one that holds Proxmox VE's configuration, such as /etc/pve"
                            .formatted(directory));
        }
    }

    @Override
    public List<HostContainer> containers() throws IOException {
        ProxmoxNode node = ProxmoxNode.at(directory);
        List<HostContainer> guests = new ArrayList<>();
        if (node != null) {
            String lxcPath = lxc.lxcPath();
            for (ProxmoxGuest guest : node.guests()) {
                guests.add(new HostContainer(node.id(guest, lxcPath), guest));
            }
        }
        return guests;
    }

    @Override
    public boolean canBeCalled(String word) {
        return ProxmoxNode.isVmid(word);
    }

    @Override
    public String meant(String word) throws IOException {
        List<String> numbers =
                containers().stream()
                        .flatMap(one -> Stream.ofNullable(one.guest()))
                        .filter(guest -> guest.hostname().equals(word))
                        .map(ProxmoxGuest::vmid)
                        .toList();
        return numbers.isEmpty()
                ? ""
                : "'%s' is the hostname of %s; containers of Proxmox VE go by their number"
                        .formatted(word, String.join(" and ", numbers));
    }

    /// Whether Proxmox VE has generated its configuration of liblxc: it has a guest's number for
    /// its name, and Proxmox VE's cgroup of that number or its hook before the start.
    ///
    /// Source: `update_lxc_config` in pve-container's `PVE/LXC.pm`; `lxc-pve.conf`.
    @Override
    public boolean made(ContainerId id) {
        if (!canBeCalled(id.name())) {
            return false;
        }
        LxcSettings settings = ConfigFormat.LXC.settings(id.configPath(), new FileConfigSource());
        return ("lxc/" + id.name()).equals(settings.value("lxc.cgroup.dir.container"))
                || settings.values("lxc.hook.pre-start").stream()
                        .anyMatch(hook -> hook.endsWith("/lxc-pve-prestart-hook"));
    }

    @Override
    public boolean mayHaveMade(String name) {
        return canBeCalled(name);
    }

    @Override
    public @Nullable HostContainer unlisted(ContainerId container) throws IOException {
        ProxmoxNode node = ProxmoxNode.at(directory);
        if (node != null && (!lxc.running(container) || node.isCopy(container.name()))) {
            return null;
        }
        String conf =
                ClusterFileSystem.DEFAULT_DIRECTORY
                        .resolve("lxc/" + container.name() + ".conf")
                        .toString();
        return new HostContainer(
                ContainerId.proxmox(container.name(), container.lxcPath(), conf), null);
    }

    @Override
    public String claim() {
        return "which writes that configuration anew at every start";
    }

    @Override
    public boolean covers(ContainerId container) {
        return Path.of(container.configPath()).startsWith(directory);
    }

    @Override
    public @Nullable String node() throws IOException {
        ProxmoxNode node = ProxmoxNode.at(directory);
        return node == null ? null : node.name();
    }

    @Override
    public ConfigStore store() {
        return FileConfigStore.proxmox(directory);
    }

    @Override
    public List<HostConfiguration> snapshots(HostConfiguration configuration, ConfigSource source) {
        String text = source.read(configuration.path());
        List<HostConfiguration> found = new ArrayList<>();
        if (text != null) {
            for (String name : new TreeSet<>(ProxmoxConfig.parse(text).snapshots().keySet())) {
                String owner = configuration.ownerOfSnapshot(name);
                ConfigFormat format = configuration.format();
                found.add(new HostConfiguration(owner, configuration.path(), format, name));
            }
        }
        return found;
    }

    @Override
    public HostRuntime.ConfiguredRoot root(ContainerId container, ConfigurationText text)
            throws IOException {
        String conf = text.files().getOrDefault(text.path(), "");
        String rootfs = ProxmoxConfig.parse(conf).main().property("rootfs");
        String volume = rootfs == null ? "" : rootfs.replaceFirst(",.*", "");
        return ConfiguredRoots.ofProxmox(
                container,
                volume.replaceFirst("^volume=", ""),
                ConfiguredRoots.StorageFolder::byPvesm);
    }

    @Override
    public Decision.@Nullable LeftOut unchangeable(
            HostContainer one, boolean amongAll, boolean restarts) {
        ProxmoxGuest guest = one.guest();
        if (guest == null) {
            return Decision.LeftOut.refused(
                    "it is of Proxmox VE's making, and there is no '%s' to edit"
                            .formatted(one.id().configPath()),
                    "see 'pct list' and 'systemctl status pve-cluster'");
        }
        String hindrance = guest.hindrance();
        if (hindrance != null && (amongAll || !guest.isMounted())) {
            boolean never = guest.template() || !guest.place().here();
            return new Decision.LeftOut(
                    "it is " + hindrance,
                    never ? Decision.Weight.NOT_OURS : Decision.Weight.REFUSED);
        }
        return amongAll && restarts && guest.haManaged()
                ? Decision.LeftOut.refused(
                        "the HA manager starts and stops it",
                        "'capdrop apply' changes it alone, and --live restarts nothing")
                : null;
    }

    /// `pct mount` locks the container until `pct unmount` (src/PVE/CLI/pct.pm in pve-container).
    @Override
    public String opened(ContainerId container) throws IOException {
        return here(container).isMounted()
                ? "Its volumes, which 'pct mount' has mounted, are unmounted first."
                : "";
    }

    private ProxmoxGuest here(ContainerId container) throws IOException {
        String conf = store().read(container.configPath());
        return ProxmoxGuest.of(container.name(), "", true, ProxmoxConfig.parse(conf).main(), false);
    }

    @Override
    public boolean release(ContainerId container, Progress progress) throws IOException {
        if (!here(container).isMounted()) {
            return false;
        }
        progress.step("unmounting " + container.name());
        HostProgram.Outcome outcome = run(List.of("unmount", container.name()), GRACE);
        if (!outcome.succeeded()) {
            throw new IOException(
                    "'%s' stays mounted, so that nothing was written: %s"
                            .formatted(container.target(), outcome.lastLines()));
        }
        return true;
    }

    @Override
    public List<LeftCopy> removeCopies(TrialFolder left) throws IOException {
        Path conf = directory.resolve("lxc/0.conf");
        return ProxmoxCopies.removeLeft(
                left, copyingNode(), ContainerId.proxmox("0", lxc.lxcPath(), conf.toString()));
    }

    @Override
    public Copies copies(HostRuntime.Original original) throws IOException {
        requireInstalled();
        return ProxmoxCopies.of(original, copyingNode());
    }

    private ProxmoxCopies.Node copyingNode() {
        return new ProxmoxCopies.Node(
                ProxmoxRuntime::run,
                (words, limit) ->
                        HostProgram.onPath("pvesm", "libpve-storage-perl").run(words, limit),
                this,
                store());
    }

    @Override
    public Decision.@Nullable LeftOut notRestartable(ContainerId container) throws IOException {
        String obstacle = startObstacle(container);
        return obstacle.isEmpty()
                ? null
                : Decision.LeftOut.refused(
                        "it would not start again: it " + obstacle,
                        "put that right, or leave the restart to later with 'apply --no-restart'");
    }

    /// By `tags` of pct.conf(5), which the web interface shows beside the name.
    @Override
    public void tag(ContainerId container, boolean changed) throws IOException {
        List<String> tags = new ArrayList<>(here(container).tags());
        boolean other = changed ? !tags.contains(TAG) && tags.add(TAG) : tags.remove(TAG);
        if (!other) {
            return;
        }
        List<String> words = new ArrayList<>(List.of("set", container.name()));
        words.addAll(
                tags.isEmpty()
                        ? List.of("--delete", "tags")
                        : List.of("--tags", String.join(";", tags)));
        HostProgram.Outcome outcome = run(words, GRACE);
        if (!outcome.succeeded()) {
            throw new IOException(
                    "the tags of '%s' stay as they are: %s"
                            .formatted(container.target(), outcome.lastLines()));
        }
    }

    @Override
    public void requireInstalled() throws IOException {
        HostProgram.onPath(PROGRAM, PACKAGE);
        requireQuorum();
    }

    /// Without a quorum neither can a configuration be written nor a container started.
    private void requireQuorum() throws IOException {
        if (!new ClusterFileSystem(directory).quorate()) {
            throw new IOException(
                    "the cluster has no quorum, so that '%s' is read-only and no container starts: see 'pvecm status'; nothing was stopped"
                            .formatted(directory));
        }
    }

    /// Returns what would keep a guest that runs from starting again; empty when nothing is known.
    private String startObstacle(ContainerId container) throws IOException {
        String conf = store().read(container.configPath());
        return running(container) ? StartObstacles.ofHost().first(conf) : "";
    }

    /// The task of a shutdown outlives the pct that began it.
    @Override
    public void awaitEarlier(ContainerId container, Duration timeout, Progress progress)
            throws IOException {
        String task = ClusterFileSystem.task(container.name());
        if (!task.isEmpty()) {
            progress.step("waiting for the end of " + task);
            until(
                    () -> ClusterFileSystem.task(container.name()).isEmpty(),
                    Patience.atLeast(longestShutdown(timeout).plus(GRACE)));
        }
    }

    @Override
    void requireStoppable(ContainerId container) throws IOException {
        requireQuorum();
    }

    @Override
    Told tellToStop(ContainerId container, Duration timeout, boolean force) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("shutdown", container.name()));
        arguments.addAll(List.of("--timeout", Long.toString(wholeSeconds(timeout))));
        if (force) {
            arguments.addAll(List.of("--forceStop", "1"));
        }
        HostProgram.Outcome outcome = run(arguments, longestShutdown(timeout).plus(GRACE));
        return new Told(because(container, outcome), patience(container, timeout, outcome));
    }

    @Override
    Told tellToStart(ContainerId container, Duration timeout) throws IOException {
        HostProgram.Outcome outcome = run(List.of("start", container.name()), timeout.plus(GRACE));
        String reason = "does not start" + because(container, outcome);
        return new Told(reason, patience(container, timeout, outcome));
    }

    private static Duration longestShutdown(Duration timeout) {
        return timeout.multipliedBy(2).plusSeconds(5);
    }

    private static HostProgram.Outcome run(List<String> arguments, Duration deadline)
            throws IOException {
        return HostProgram.onPath(PROGRAM, PACKAGE).run(arguments, Patience.atLeast(deadline));
    }

    private Patience patience(ContainerId container, Duration timeout, HostProgram.Outcome outcome)
            throws IOException {
        if (!outcome.succeeded()) {
            return Patience.exactly(Duration.ZERO);
        }
        return managed(container) ? Patience.exactly(timeout) : Patience.atLeast(GRACE);
    }

    private boolean managed(ContainerId container) throws IOException {
        return ProxmoxNode.managed(directory).contains(container.name());
    }

    /// Returns, behind a sentence, pct's words, and whether something still goes on.
    private String because(ContainerId container, HostProgram.Outcome outcome) throws IOException {
        String said = outcome.lastLines();
        if (outcome.succeeded()) {
            String queued =
                    managed(container)
                            ? "; the request is queued with the HA manager (see 'ha-manager status')"
                            : "";
            return (said.isEmpty() ? "" : ": " + said) + queued;
        }
        return ": " + outcome.failure(PROGRAM);
    }
}
