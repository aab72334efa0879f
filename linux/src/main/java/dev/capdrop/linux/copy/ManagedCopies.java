package dev.capdrop.linux.copy;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.ContainerRuntime;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.store.TrialFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Throw-away copies that a container's own manager makes: to it they are containers as any other.
///
/// The first copy, the seed, never runs, and all others are copies of it: so the container's disk
/// is read once, all that is compared begins alike, and a container that is edited meanwhile makes
/// no difference.
///
/// Before the manager is told to make a copy, its name is written down in the state directory, and
/// the copy says of itself which record is its own. What a killed run has left is found by its
/// record and removed only where both fit: never by a name alone.
final class ManagedCopies implements Copies {
    private static final Duration SECOND = Duration.ofSeconds(1);

    /// How often a copy is asked to go that its manager is still at work on.
    private static final int ATTEMPTS = 30;

    private final Manager manager;
    private final TrialFolder folder;
    private final List<String> left = new ArrayList<>();
    private final Making making;
    private final RoomWatch room;

    /// The records, by the copies that were made or begun.
    private final Map<ContainerId, Path> copies = new ConcurrentHashMap<>();

    private @Nullable ContainerId seed;
    private volatile boolean ending;

    /// A copy, and the name of its record.
    record Named(ContainerId copy, String record) {}

    /// What looks after copies, also after those that another run has left.
    interface Manager {
        /// Starts and stops them.
        ContainerRuntime runtime();

        /// A name that no container has.
        Named fresh();

        /// Which of these are records of its copies, in the order in which the copies can go.
        List<Named> recorded(List<String> names);

        /// Whether no container says of itself that it is the copy of this record.
        ///
        /// @throws IOException where it is about to be made, or nobody tells
        boolean isGone(ContainerId copy, Path record) throws IOException;

        /// Ends one at once, where it runs.
        void kill(ContainerId copy) throws IOException;

        /// Removes one that is there, whatever it does.
        void delete(ContainerId copy) throws IOException;

        /// Gives up making the copies that are being made, where that can take long.
        default void interrupt() {}

        /// As [Copies#run].
        Answer run(ContainerId copy, String command, Duration timeout) throws IOException;
    }

    /// How copies of one container are made.
    interface Making {
        /// As [Copies#differences].
        List<String> differences();

        /// What is wrong with the room for what copies write; empty where it is enough.
        String lacking() throws IOException;

        /// What is wrong with the room for one more copy; empty where it is enough.
        default String lackingForOne() throws IOException {
            return lacking();
        }

        /// Makes the copy of the container that never runs.
        void makeSeed(ContainerId seed, Path record) throws IOException;

        /// Makes a copy of the seed.
        ///
        /// @param dropped what its configuration drops more
        void make(ContainerId seed, ContainerId copy, Path record, CapabilitySet dropped)
                throws IOException;
    }

    /// Looks at the container, when what earlier trials left of it is gone.
    @FunctionalInterface
    interface Beginning {
        /// What makes copies of it.
        ///
        /// @throws IOException one sentence when no copy of it can be made
        Making begin() throws IOException;
    }

    /// @param container what copies are made of
    /// @throws IOException one sentence when no copy of it can be made
    static Copies of(ContainerId container, Manager manager, CopyWishes wanted, Beginning beginning)
            throws IOException {
        TrialFolder folder = TrialFolder.of(wanted.stateDirectory(), container);
        boolean made = false;
        try {
            Copies copies = new ManagedCopies(manager, folder, beginning);
            made = true;
            return copies;
        } finally {
            if (!made) {
                folder.close();
            }
        }
    }

    private ManagedCopies(Manager manager, TrialFolder folder, Beginning beginning)
            throws IOException {
        this.manager = manager;
        this.folder = folder;
        removeAll();
        this.making = beginning.begin();
        this.room = new RoomWatch(making::lacking, this::killAll);
        requireRoomForOne();
    }

    private void requireRoomForOne() throws IOException {
        String lacking = making.lackingForOne();
        if (!lacking.isEmpty()) {
            throw new IOException(lacking);
        }
    }

    @Override
    public List<String> differences() {
        return making.differences();
    }

    @Override
    public List<String> complaints() {
        return List.copyOf(left);
    }

    @Override
    public String keptIn() {
        return "";
    }

    /// {@inheritDoc}
    ///
    /// Where copies are to end it is only a name: it cannot be started, and is removed like any.
    @Override
    public ContainerId make(CapabilitySet dropped) throws IOException {
        ContainerId from = seed();
        return recorded((copy, record) -> making.make(from, copy, record, dropped));
    }

    private synchronized ContainerId seed() throws IOException {
        ContainerId made = seed;
        if (made == null) {
            made = recorded(making::makeSeed);
            seed = made;
        }
        return made;
    }

    /// What makes a copy.
    @FunctionalInterface
    private interface Step {
        void make(ContainerId copy, Path record) throws IOException;
    }

    private ContainerId recorded(Step step) throws IOException {
        Named named = manager.fresh();
        Path record = folder.path().resolve(named.record());
        Files.createDirectory(record);
        copies.put(named.copy(), record);
        try {
            if (!ending) {
                requireRoomForOne();
                room.requireNotOver();
                step.make(named.copy(), record);
            }
        } catch (IOException failed) {
            if (!ending) {
                throw failed;
            }
        }
        return named.copy();
    }

    @Override
    public void start(ContainerId copy, Duration timeout) throws IOException {
        room.requireRoom();
        if (ending) {
            throw new IOException("the trial has ended, so that no copy is made or started");
        }
        room.requireNotOver();
        room.begin();
        manager.runtime().start(copy, timeout);
    }

    @Override
    public void letRun(ContainerId copy, Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        while (manager.runtime().running(copy) && System.nanoTime() < end) {
            LockSupport.parkNanos(Math.min(SECOND.toNanos() / 10, end - System.nanoTime()));
        }
    }

    @Override
    public Answer run(ContainerId copy, String command, Duration timeout) throws IOException {
        return manager.run(copy, command, timeout);
    }

    @Override
    public boolean shutDown(ContainerId copy, Duration timeout) throws IOException {
        try {
            manager.runtime().stop(copy, timeout, false);
            return true;
        } catch (IOException refused) {
            if (manager.runtime().running(copy)) {
                return false;
            }
            throw refused;
        }
    }

    @Override
    public void remove(ContainerId copy) throws IOException {
        end(copy);
        // one that was killed for want of room must not count as one that failed
        room.requireNotOver();
    }

    private void end(ContainerId copy) throws IOException {
        Path record = copies.get(copy);
        if (record != null) {
            delete(copy, record);
            copies.remove(copy);
        }
    }

    /// Its manager may still be at work on it for a run that was killed, and may itself be about to
    /// start.
    private void delete(ContainerId copy, Path record) throws IOException {
        IOException last = null;
        for (int attempt = 0; attempt <= ATTEMPTS; attempt++) {
            if (attempt > 0) {
                LockSupport.parkNanos(SECOND.toNanos());
            }
            try {
                if (isRemoved(manager, copy, record)) {
                    return;
                }
                manager.delete(copy);
            } catch (IOException refused) {
                last = refused;
            }
        }
        throw last == null
                ? new IOException("'" + copy.target() + "' was removed, and is still there")
                : last;
    }

    /// Whether it is gone, and its record with it.
    private static boolean isRemoved(Manager manager, ContainerId copy, Path record)
            throws IOException {
        if (!manager.isGone(copy, record)) {
            return false;
        }
        Files.deleteIfExists(record);
        return true;
    }

    /// Removes the copies that a killed run has recorded here, as far as that can be.
    private void removeAll() throws IOException {
        for (Named one : manager.recorded(folder.copies())) {
            try {
                delete(one.copy(), folder.path().resolve(one.record()));
            } catch (IOException refused) {
                left.add(OverlayCopies.STAYS.formatted(one.copy().target(), refused.getMessage()));
            }
        }
    }

    /// Ends and removes the copies that a killed trial has left, as far as that can be at once.
    ///
    /// @param left what it has left, whose lock is ours
    static List<LeftCopy> removeLeft(Manager manager, TrialFolder left) throws IOException {
        List<LeftCopy> found = new ArrayList<>();
        for (Named one : manager.recorded(left.copies())) {
            String why = "";
            boolean gone = false;
            try {
                Path record = left.path().resolve(one.record());
                gone = isRemoved(manager, one.copy(), record);
                if (!gone) {
                    manager.delete(one.copy());
                    why = isRemoved(manager, one.copy(), record) ? "" : "it is still there";
                }
            } catch (IOException refused) {
                why = String.valueOf(refused.getMessage());
            }
            if (!gone) {
                found.add(new LeftCopy(one.copy().target(), why));
            }
        }
        return found;
    }

    private void killAll() {
        try {
            each(List.copyOf(copies.keySet()), manager::kill);
        } catch (IOException stays) {
            // whoever closes them says so
        }
    }

    @Override
    public void endAll() throws IOException {
        ending = true;
        manager.interrupt();
        each(List.copyOf(copies.keySet()), manager::kill);
    }

    @Override
    public void close() throws IOException {
        ending = true;
        try (folder;
                room) {
            List<ContainerId> all = new ArrayList<>(copies.keySet());
            all.sort(Comparator.comparing(copy -> copy.equals(seed)));
            try {
                each(all, this::end);
            } catch (IOException stays) {
                throw new IOException(
                        "copies stay, and the next trial removes them: " + stays.getMessage(),
                        stays);
            }
        }
    }

    /// What is done to a copy.
    @FunctionalInterface
    private interface Deed {
        void of(ContainerId copy) throws IOException;
    }

    /// To all of them, though one of them refuses.
    ///
    /// @throws IOException what the first said that refused
    private static void each(List<ContainerId> all, Deed deed) throws IOException {
        IOException first = null;
        for (ContainerId copy : all) {
            try {
                deed.of(copy);
            } catch (IOException stays) {
                first = first == null ? stays : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
