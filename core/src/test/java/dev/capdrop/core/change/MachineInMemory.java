package dev.capdrop.core.change;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.Change.Ports;
import dev.capdrop.core.change.Change.Progress;
import dev.capdrop.core.change.Change.UnitStarter;
import dev.capdrop.core.change.Change.WaitingChange;
import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A machine in memory: one file, one container, a list of boots to come.
final class MachineInMemory
        implements ConfigStore, ContainerRuntime, Journal, SnapshotSource, UnitStarter, LiveStep {
    private static final Instant SECOND_BOOT = Instant.parse("2026-01-01T11:00:00Z");

    final Deque<Snapshot> boots = new ArrayDeque<>();
    final List<JournalEntry> entries = new ArrayList<>();
    private final Snapshot first;
    Snapshot now;
    String config = "lxc.uts.name = c1\n";
    boolean running = true;
    boolean refusesToStop;
    @Nullable IOException refusesToStart;
    @Nullable IOException writeFailure;
    @Nullable IOException takeBackFailure;
    @Nullable String meanwhile;

    /// What others write, each time just before this program does.
    final Deque<String> meanwhiles = new ArrayDeque<>();

    /// What a program that takes the lock adds, each time just before this one has it.
    final Deque<String> busy = new ArrayDeque<>();

    int writes;

    /// At which write this program is killed; 0 for never.
    int killedAtWrite;

    @Nullable IOException readFailure;

    /// What a reading shows once a unit was started again and works.
    @Nullable Snapshot afterStart;

    boolean startedByAnother;
    @Nullable String overwrittenWith;
    @Nullable String writtenOver;
    int starts;
    int stops;
    Set<String> hangingAwaited = Set.of();
    final List<String> startedAgain = new ArrayList<>();

    /// What is said about to happen, in this order.
    final List<String> told = new ArrayList<>();

    /// How often it was waited for what an earlier run had left under way.
    int earlierAwaited;

    /// At which of the starts that are asked for a unit works; 0 for never.
    int worksOnStart;

    /// The units that work at none of them.
    Set<String> neverWorks = Set.of();

    /// How long each that is started has to go on.
    final List<Duration> steady = new ArrayList<>();

    /// What a reading shows once PID 1 was made to give the capabilities up.
    @Nullable Snapshot afterDrop;

    /// What a reading shows once systemd has forgotten failures.
    @Nullable Snapshot afterForgetting;

    @Nullable IOException liveFailure;
    @Nullable RuntimeException throwing;
    final List<String> forgotten = new ArrayList<>();
    List<String> unforgettable = List.of();

    /// The units that hold more than PID 1; null where that cannot be read.
    @Nullable List<String> outdated = List.of("web.service");

    @Nullable IOException forgetFailure;

    /// What a reading shows that takes its time; null where that is the same.
    @Nullable Snapshot settled;

    @Nullable IOException unreadable;

    /// Whether the container is down by the time that it cannot be read.
    boolean downWhenUnreadable;

    @Nullable IOException startFailure;

    MachineInMemory(Snapshot now) {
        this.first = now;
        this.now = now;
    }

    Change change() {
        return new Change(
                new Ports(
                        this,
                        this,
                        this,
                        this,
                        this,
                        this,
                        InstantSource.fixed(SECOND_BOOT),
                        told::add));
    }

    WaitingChange waiting(JournalEntry entry) {
        return new WaitingChange(this, this, entry);
    }

    JournalEntry killedIn(Phase phase, ConfigEdit edit) {
        JournalEntry entry =
                new JournalEntry(
                        "id",
                        "lxc:c1",
                        SECOND_BOOT,
                        phase,
                        new JournalEntry.Asked(CapabilitySet.of("sys_rawio"), Set.of()),
                        edit,
                        first,
                        "");
        entries.add(entry);
        return entry;
    }

    @Override
    public String read(String path) throws IOException {
        if (readFailure != null) {
            throw readFailure;
        }
        return config;
    }

    /// The lock is had only when another program has written once more.
    @Override
    public void edit(String path, Edit edit) throws IOException {
        takeLock();
        String current = config;
        replace(path, current, edit.of(current));
    }

    private void takeLock() {
        if (!busy.isEmpty()) {
            config = config.replaceFirst("(?m)^# .*\n", "") + busy.pop();
        }
    }

    @Override
    public void replace(String path, String expected, String content) throws IOException {
        writes++;
        if (writes == killedAtWrite) {
            throw new IllegalStateException("killed");
        }
        if (writeFailure != null) {
            throw writeFailure;
        }
        if (takeBackFailure != null && content.length() < expected.length()) {
            throw takeBackFailure;
        }
        if (meanwhile != null) {
            config = meanwhile;
            meanwhile = null;
        }
        if (!meanwhiles.isEmpty()) {
            config = meanwhiles.pop();
        }
        if (!config.equals(expected)) {
            throw new ConfigStore.ChangedException(path);
        }
        config = writtenOver == null ? content : writtenOver;
    }

    @Override
    public boolean running(ContainerId container) {
        return running;
    }

    @Override
    public void awaitEarlier(ContainerId container, Duration timeout, Progress progress) {
        earlierAwaited++;
    }

    @Override
    public void stop(ContainerId container, Duration timeout, boolean force) throws IOException {
        stops++;
        if (refusesToStop) {
            throw new IOException("still running after 1 s");
        }
        running = false;
    }

    @Override
    public boolean start(ContainerId container, Duration timeout) throws IOException {
        if (refusesToStart != null) {
            throw refusesToStart;
        }
        if (overwrittenWith != null) {
            config = overwrittenWith;
        }
        starts++;
        running = true;
        now = boots.pop();
        return !startedByAnother;
    }

    @Override
    public String newId(Instant at, String target) {
        return at + target;
    }

    @Override
    public void write(JournalEntry entry) {
        entries.removeIf(old -> old.id().equals(entry.id()));
        entries.add(entry);
    }

    @Override
    public void remove(JournalEntry entry) {
        entries.remove(entry);
    }

    @Override
    public List<String> targets() {
        return entries.isEmpty() ? List.of() : List.of("lxc:c1");
    }

    @Override
    public List<JournalEntry> entries(String target) {
        return List.copyOf(entries);
    }

    @Override
    public Lock lock(String target) {
        return () -> {};
    }

    @Override
    public String holder(String target) {
        return "";
    }

    @Override
    public Snapshot read(ContainerId container) {
        return now;
    }

    @Override
    public Snapshot readSettled(ContainerId container, BootWait wait) throws IOException {
        hangingAwaited = wait.hanging();
        IOException failure = unreadable;
        if (failure != null && downWhenUnreadable) {
            running = false;
            unreadable = null;
        }
        if (failure != null) {
            throw failure;
        }
        return settled == null ? now : settled;
    }

    @Override
    public boolean startAgain(ContainerId container, String unit, Duration goesOn, Duration timeout)
            throws IOException {
        if (startFailure != null) {
            throw startFailure;
        }
        startedAgain.add(unit);
        steady.add(goesOn);
        boolean works =
                worksOnStart != 0
                        && startedAgain.size() >= worksOnStart
                        && !neverWorks.contains(unit);
        if (works && afterStart != null) {
            now = afterStart;
        }
        return works;
    }

    @Override
    public String obstacle(ContainerId container, Init init, CapabilitySet capabilities) {
        return "";
    }

    @Override
    public Duration drop(ContainerId container, Init init, CapabilitySet capabilities)
            throws IOException {
        if (throwing != null) {
            throw throwing;
        }
        if (overwrittenWith != null) {
            config = overwrittenWith;
        }
        if (afterDrop != null) {
            now = afterDrop;
        }
        if (liveFailure != null) {
            throw liveFailure;
        }
        return Duration.ofNanos(140_000);
    }

    @Override
    public List<String> forget(ContainerId container, List<String> units) throws IOException {
        if (forgetFailure != null) {
            throw forgetFailure;
        }
        forgotten.addAll(units);
        if (afterForgetting != null) {
            now = afterForgetting;
        }
        return unforgettable;
    }

    @Override
    public List<String> outdated(ContainerId container) throws IOException {
        if (outdated == null) {
            throw new IOException("/proc cannot be read");
        }
        return outdated;
    }
}
