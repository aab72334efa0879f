package dev.capdrop.linux.store;

import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.change.Change;
import dev.capdrop.core.change.ContainerRuntime;
import dev.capdrop.core.change.Journal;
import dev.capdrop.core.change.JournalEntry;
import dev.capdrop.core.change.Restart;
import dev.capdrop.core.change.SnapshotSource;
import dev.capdrop.core.container.ConfigEdit;
import dev.capdrop.core.plan.Goal;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Request;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Host;
import dev.capdrop.core.snapshot.Snapshot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The change of one stopped container, as `capdrop apply --no-restart` carries it out, with the
/// real store and journal.
///
/// As a program it carries one out for each line of its standard input, which names the home and
/// the folder, and answers each with a line: `done`, or why not.
///
/// @param home who looks after the container
/// @param folder holds its configuration, the state directory and the locks
record StoppedChange(Home home, Path folder) {
    /// Whose container it is.
    enum Home {
        LXC(
                new ContainerId("lxc", "c1", "lxc"),
                "lxc/c1/config",
                "# mine\nlxc.uts.name = c1\n",
                "lxc.cap.drop = sys_rawio\n"),
        PROXMOX(
                ContainerId.proxmox("101", "lxc", ""),
                "pve/nodes/n1/lxc/101.conf",
                "#mine\narch: amd64\nostype: debian\nunprivileged: 1\n",
                "lxc.cap.drop: sys_rawio\n");

        private final ContainerId named;
        private final String file;
        private final String before;
        private final String line;

        Home(ContainerId named, String file, String before, String line) {
            this.named = named;
            this.file = file;
            this.before = before;
            this.line = line;
        }

        String target() {
            return named.target();
        }

        String before() {
            return before;
        }

        String after() {
            return before + line;
        }
    }

    private static final CapabilitySet DROP = CapabilitySet.named("sys_rawio");
    private static final Restart NO_RESTART = new Restart(false, Duration.ofSeconds(1), false);

    /// Answers lines until there are no more.
    public static void main(String[] arguments) throws IOException {
        BufferedReader folders =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        String folder = folders.readLine();
        while (folder != null) {
            String[] words = folder.split(" ", 2);
            StoppedChange change = new StoppedChange(Home.valueOf(words[0]), Path.of(words[1]));
            System.out.println(change.answer());
            folder = folders.readLine();
        }
    }

    private String answer() {
        try {
            apply();
            return "done";
        } catch (IOException failed) {
            return "failed: " + failed.getMessage();
        } catch (RuntimeException mistake) {
            return "mistake: " + mistake;
        }
    }

    /// A new container in this folder, never changed yet.
    StoppedChange made() throws IOException {
        Files.createDirectories(Objects.requireNonNull(config().getParent()));
        Files.writeString(config(), home.before());
        if (home == Home.PROXMOX) {
            Files.createSymbolicLink(folder.resolve("pve/local"), Path.of("nodes/n1"));
        }
        return this;
    }

    Path config() {
        return folder.resolve(home.file);
    }

    /// What `capdrop apply` does: an interrupted change is finished, else a new one begun where
    /// there is something to drop.
    void apply() throws IOException {
        FileJournal journal = journal();
        try (Journal.Lock _ = journal.lock(home.target())) {
            JournalEntry pending = pending(journal);
            if (pending != null && !change(journal).abandonUnwritten(pending)) {
                var _ = change(journal).resume(pending, NO_RESTART);
                return;
            }
            Snapshot before = snapshot();
            Plan plan =
                    Planner.plan(
                            before, new Request(Goal.NONE, DROP, CapabilitySet.EMPTY, Set.of()));
            if (plan.edit() == null) {
                throw new IOException("'" + config() + "' could not be read");
            }
            if (!plan.drop().isEmpty()) {
                var _ = change(journal).apply(before, plan, plan.edit(), NO_RESTART);
            }
        }
    }

    /// What `capdrop undo` does.
    void undo() throws IOException {
        FileJournal journal = journal();
        try (Journal.Lock _ = journal.lock(home.target())) {
            var _ = change(journal).undo(journal.entries(home.target()).getLast(), NO_RESTART);
        }
    }

    /// Writes changes that were undone long ago.
    List<JournalEntry> history(int count) throws IOException {
        FileJournal journal = journal();
        ConfigEdit edit =
                new ConfigEdit(
                        config().toString(),
                        home.before(),
                        home.after(),
                        DROP,
                        CapabilitySet.EMPTY);
        for (int i = 0; i < count; i++) {
            Instant at = Instant.EPOCH.plusSeconds(i);
            journal.write(
                    new JournalEntry(
                            journal.newId(at, home.target()),
                            home.target(),
                            at,
                            JournalEntry.Phase.UNDONE,
                            DROP,
                            edit,
                            snapshot(),
                            "taken back"));
        }
        return entries();
    }

    /// The journal's entries, oldest first.
    List<JournalEntry> entries() throws IOException {
        return journal().entries(home.target());
    }

    private FileJournal journal() {
        return new FileJournal(folder.resolve("state"));
    }

    private @Nullable JournalEntry pending(FileJournal journal) throws IOException {
        List<JournalEntry> entries = journal.entries(home.target());
        return entries.isEmpty() || entries.getLast().phase().ended() ? null : entries.getLast();
    }

    private Change change(FileJournal journal) {
        return new Change(
                store(), new Stopped(), journal, new Unread(), InstantSource.system(), _ -> {});
    }

    private FileConfigStore store() {
        Path locks = folder.resolve("lock");
        Duration patience = Duration.ofSeconds(1);
        return home == Home.LXC
                ? new FileConfigStore(locks, patience)
                : new FileConfigStore(
                        new ProxmoxRules(folder.resolve("pve"), new ProxmoxLock(locks, patience)));
    }

    private ContainerId container() {
        String lxcPath = folder.resolve("lxc").toString();
        return home == Home.LXC
                ? new ContainerId("lxc", "c1", lxcPath)
                : ContainerId.proxmox("101", lxcPath, config().toString());
    }

    private Snapshot snapshot() {
        return new Snapshot(
                Instant.now(),
                container(),
                new Host("6.12", 40, CapabilitySet.upTo(40)),
                FileConfigSource.text(config().toString(), container().format()),
                null,
                null,
                List.of());
    }

    /// The runtime of a container that is stopped and stays so.
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
        public void start(ContainerId container, Duration timeout) {
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
        public Snapshot readSettled(ContainerId container, Duration timeout) {
            throw new IllegalStateException("it does not run");
        }
    }
}
