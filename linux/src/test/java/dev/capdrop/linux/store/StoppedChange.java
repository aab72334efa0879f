package dev.capdrop.linux.store;

import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.change.Change;
import dev.capdrop.core.change.ContainerRuntime;
import dev.capdrop.core.change.Journal;
import dev.capdrop.core.change.JournalEntry;
import dev.capdrop.core.change.Restart;
import dev.capdrop.core.change.SnapshotSource;
import dev.capdrop.core.container.ConfigEdit;
import dev.capdrop.core.container.ConfigFormat;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The change of one stopped container, as `capdrop apply --no-restart` carries it out, with the
/// real store and journal.
///
/// As a program it carries one out for each line of its standard input, which names the folder, and
/// answers each with a line: `done`, or why not.
///
/// @param folder holds the lxc path, the state directory and the folder of liblxc's locks
record StoppedChange(Path folder) {
    static final String TARGET = "lxc:c1";
    static final String OLD = "# mine\nlxc.uts.name = c1\n";
    static final String NEW = OLD + "lxc.cap.drop = sys_rawio\n";

    private static final CapabilitySet DROP = CapabilitySet.named("sys_rawio");
    private static final Restart NO_RESTART = new Restart(false, Duration.ofSeconds(1), false);

    /// Answers lines until there are no more.
    public static void main(String[] arguments) throws IOException {
        BufferedReader folders =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        String folder = folders.readLine();
        while (folder != null) {
            System.out.println(new StoppedChange(Path.of(folder)).answer());
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
        Files.createDirectories(folder.resolve("lxc/c1"));
        Files.writeString(config(), OLD);
        return this;
    }

    Path config() {
        return folder.resolve("lxc/c1/config");
    }

    /// What `capdrop apply` does: an interrupted change is finished, else a new one begun where
    /// there is something to drop.
    void apply() throws IOException {
        FileJournal journal = journal();
        try (Journal.Lock _ = journal.lock(TARGET)) {
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
        try (Journal.Lock _ = journal.lock(TARGET)) {
            var _ = change(journal).undo(journal.entries(TARGET).getLast(), NO_RESTART);
        }
    }

    /// Writes changes that were undone long ago.
    List<JournalEntry> history(int count) throws IOException {
        FileJournal journal = journal();
        ConfigEdit edit = new ConfigEdit(config().toString(), OLD, NEW, DROP, CapabilitySet.EMPTY);
        for (int i = 0; i < count; i++) {
            Instant at = Instant.EPOCH.plusSeconds(i);
            journal.write(
                    new JournalEntry(
                            journal.newId(at, TARGET),
                            TARGET,
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
        return journal().entries(TARGET);
    }

    private FileJournal journal() {
        return new FileJournal(folder.resolve("state"));
    }

    private static @Nullable JournalEntry pending(FileJournal journal) throws IOException {
        List<JournalEntry> entries = journal.entries(TARGET);
        return entries.isEmpty() || entries.getLast().phase().ended() ? null : entries.getLast();
    }

    private Change change(FileJournal journal) {
        return new Change(
                new FileConfigStore(folder.resolve("lock"), Duration.ofSeconds(1)),
                new Stopped(),
                journal,
                new Unread(),
                InstantSource.system(),
                _ -> {});
    }

    private Snapshot snapshot() {
        return new Snapshot(
                Instant.now(),
                new ContainerId("lxc", "c1", folder.resolve("lxc").toString()),
                new Host("6.12", 40, CapabilitySet.upTo(40)),
                FileConfigSource.text(config().toString(), ConfigFormat.LXC),
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
