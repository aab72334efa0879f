package dev.capdrop.linux.store;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.Change;
import dev.capdrop.core.change.Change.Ports;
import dev.capdrop.core.change.Change.Restart;
import dev.capdrop.core.change.Change.WaitingChange;
import dev.capdrop.core.change.ContainerRuntime;
import dev.capdrop.core.change.LiveStep;
import dev.capdrop.core.change.SnapshotSource;
import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.container.ConfigSource.KeyAnswer;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.journal.Claims;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The change of one stopped container, as `capdrop apply --no-restart` carries it out.
///
/// @param home who looks after the container
/// @param folder holds its configuration, the state directory and the locks
record StoppedChange(Home home, Path folder) implements TriedChange {
    private static final CapabilitySet DROP = CapabilitySet.of("sys_rawio");
    private static final Restart NO_RESTART =
            new Restart(Restart.Way.LATER, Duration.ofSeconds(1), false);

    @Override
    public void make() throws IOException {
        Files.createDirectories(Objects.requireNonNull(config().getParent()));
        Files.writeString(config(), before());
        if (home == Home.PROXMOX) {
            Files.createSymbolicLink(folder.resolve("pve/local"), Path.of("nodes/n1"));
        }
    }

    @Override
    public Path config() {
        return folder.resolve(home == Home.PROXMOX ? "pve/nodes/n1/lxc/101.conf" : "lxc/c1/config");
    }

    @Override
    public String before() {
        return home == Home.PROXMOX
                ? "#mine\narch: amd64\nostype: debian\nunprivileged: 1\n"
                : "# mine\nlxc.uts.name = c1\n";
    }

    @Override
    public String after() {
        return before()
                + (home == Home.PROXMOX
                        ? "lxc.cap.drop: sys_rawio\n"
                        : "lxc.cap.drop = sys_rawio\n");
    }

    @Override
    public void apply() throws IOException {
        FileJournal journal = journal();
        try (Journal.Lock _ = journal.lock(target())) {
            JournalEntry pending = pending(journal);
            if (pending != null && !new WaitingChange(store(), journal, pending).abandonIfMoot()) {
                var _ = change(journal).resume(pending, NO_RESTART);
                return;
            }
            Snapshot before = snapshot();
            Plan plan =
                    Planner.plan(
                                    before,
                                    new Request(Goal.NONE, DROP, CapabilitySet.EMPTY, Set.of()))
                            .orElseThrow();
            if (plan.edit() == null) {
                throw new IOException("'" + config() + "' could not be read");
            }
            if (!plan.drop().isEmpty()) {
                var _ = change(journal).apply(before, plan, plan.edit(), NO_RESTART);
            }
        }
    }

    @Override
    public void undo() throws IOException {
        FileJournal journal = journal();
        try (Journal.Lock _ = journal.lock(target())) {
            JournalEntry last = Claims.last(journal.entries(target()));
            if (last != null) {
                var _ = change(journal).undo(last, NO_RESTART);
            }
        }
    }

    private String target() {
        return container().target();
    }

    /// Writes changes that were undone long ago.
    List<JournalEntry> history(int count) throws IOException {
        FileJournal journal = journal();
        ConfigEdit edit =
                new ConfigEdit(
                        config().toString(), before(), after(), DROP, CapabilitySet.EMPTY, false);
        for (int i = 0; i < count; i++) {
            Instant at = Instant.EPOCH.plusSeconds(i);
            journal.write(
                    new JournalEntry(
                            journal.newId(at, target()),
                            target(),
                            at,
                            JournalEntry.Phase.UNDONE,
                            new JournalEntry.Asked(DROP, Set.of()),
                            edit,
                            snapshot(),
                            "taken back"));
        }
        return entries();
    }

    @Override
    public List<JournalEntry> entries() throws IOException {
        return journal().entries(target());
    }

    private FileJournal journal() {
        return new FileJournal(folder.resolve("state"));
    }

    private @Nullable JournalEntry pending(FileJournal journal) throws IOException {
        List<JournalEntry> entries = journal.entries(target());
        return entries.isEmpty() || entries.getLast().phase().ended() ? null : entries.getLast();
    }

    private Change change(FileJournal journal) {
        return new Change(
                new Ports(
                        store(),
                        new Stopped(),
                        journal,
                        new Unread(),
                        (_, unit, _, _) -> {
                            throw new IllegalStateException("nobody asked for " + unit);
                        },
                        new NeverLive(),
                        InstantSource.system(),
                        _ -> {}));
    }

    private FileConfigStore store() {
        Path locks = folder.resolve("lock");
        Duration patience = Duration.ofSeconds(1);
        return home == Home.PROXMOX
                ? new FileConfigStore(
                        new ProxmoxRules(folder.resolve("pve"), new ProxmoxLock(locks, patience)))
                : new FileConfigStore(locks, patience);
    }

    private ContainerId container() {
        String lxcPath = folder.resolve("lxc").toString();
        return home == Home.PROXMOX
                ? ContainerId.proxmox("101", lxcPath, config().toString())
                : new ContainerId(RuntimeKind.LXC, "c1", lxcPath);
    }

    private Snapshot snapshot() {
        return Snapshot.of(
                        Instant.now(),
                        container(),
                        new HostMachine("", "6.12", 40, CapabilitySet.upTo(40), null, ""))
                .with(
                        FileConfigSource.text(
                                config().toString(),
                                container().format(),
                                (_, _) -> KeyAnswer.NOT_KNOWN));
    }

    /// The runtime of a container that is stopped and stays stopped.
    private static final class Stopped implements ContainerRuntime {
        @Override
        public boolean running(ContainerId container) {
            return false;
        }

        @Override
        public void stop(ContainerId container, Duration timeout, boolean force) {
            throw new IllegalStateException("it does not run");
        }

        @Override
        public boolean start(ContainerId container, Duration timeout) {
            throw new IllegalStateException("nobody asked for that");
        }
    }

    /// Of a stopped container nothing is read again.
    private static final class Unread implements SnapshotSource {
        @Override
        public Snapshot read(ContainerId container) {
            throw new IllegalStateException("it does not run");
        }

        @Override
        public Snapshot readSettled(ContainerId container, BootWait wait) {
            throw new IllegalStateException("it does not run");
        }
    }

    /// What does not run is not changed while it runs.
    private static final class NeverLive implements LiveStep {
        @Override
        public String obstacle(ContainerId container, Init init, CapabilitySet capabilities) {
            throw new IllegalStateException(container + " does not run");
        }

        @Override
        public Duration drop(ContainerId container, Init init, CapabilitySet capabilities) {
            throw new IllegalStateException(container + " does not run");
        }

        @Override
        public List<String> forget(ContainerId container, List<String> units) {
            throw new IllegalStateException(container + " does not run");
        }

        @Override
        public List<String> outdated(ContainerId container) {
            throw new IllegalStateException(container + " does not run");
        }
    }
}
