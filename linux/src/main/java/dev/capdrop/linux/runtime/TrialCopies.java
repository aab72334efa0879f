package dev.capdrop.linux.runtime;

import static java.util.Objects.requireNonNull;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.libc.Descriptor.Handover;
import dev.capdrop.linux.runtime.Copier.Copy;
import dev.capdrop.linux.runtime.HostRuntime.Original.LeftCopy;
import dev.capdrop.linux.store.TrialFolder;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Deadline.Patience;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Throw-away copies of a container, from their records to their removal, whichever runtime makes
/// them: a copy's name is written down in the state directory before it is made. One that a killed
/// run has left is removed only where it says of itself that the record is its own.
final class TrialCopies implements Copies {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Patience PATIENCE = Patience.atLeast(Duration.ofSeconds(45));

    private final Copier copier;
    private final TrialFolder folder;
    private final boolean keep;
    private final List<LeftCopy> left;
    private final Copier.Making making;
    private final RoomWatch room;
    private final Map<ContainerId, Copy> copies = new ConcurrentHashMap<>();
    private @Nullable ContainerId seed;
    private volatile boolean ending;

    /// @param beginning looks at the container, when what earlier trials left of it is gone
    static Copies of(
            HostRuntime.Original original,
            Copier copier,
            Handover.Taker<TrialFolder, Copier.Making> beginning)
            throws IOException {
        return Handover.of(
                TrialFolder.of(original.stateDirectory(), original.id()),
                folder -> new TrialCopies(copier, folder, original.keep(), beginning));
    }

    private TrialCopies(
            Copier copier,
            TrialFolder folder,
            boolean keep,
            Handover.Taker<TrialFolder, Copier.Making> beginning)
            throws IOException {
        this.copier = copier;
        this.folder = folder;
        this.keep = keep;
        // a runtime may still be at work for the run that was killed
        this.left = removeLeft(copier, folder, PATIENCE);
        this.making = beginning.take(folder);
        this.room = new RoomWatch(making::lacking, this::killAll);
        requireRoomForOne();
    }

    /// Ends and removes the copies that a killed trial has left, as far as that can be at once.
    static List<LeftCopy> removeLeft(Copier copier, TrialFolder left) throws IOException {
        return removeLeft(copier, left, Patience.exactly(Duration.ZERO));
    }

    private static List<LeftCopy> removeLeft(Copier copier, TrialFolder left, Patience patience)
            throws IOException {
        List<LeftCopy> found = new ArrayList<>();
        for (Copy copy : copier.recorded(left.path(), left.copies())) {
            String name = copy.id().target();
            try {
                if (delete(copier, copy, false, patience)) {
                    found.add(new LeftCopy(name, ""));
                }
            } catch (IOException refused) {
                found.add(new LeftCopy(name, String.valueOf(refused.getMessage())));
            }
        }
        return found;
    }

    private static boolean delete(Copier copier, Copy copy, boolean keep, Patience patience)
            throws IOException {
        Deadline end = patience.begin();
        boolean there = false;
        while (true) {
            IOException last = new IOException("'%s' is still there".formatted(copy.id().target()));
            try {
                boolean gone = copier.isGone(copy);
                there |= !gone;
                if (!gone) {
                    copier.delete(copy, keep);
                    gone = copier.isGone(copy);
                }
                if (gone) {
                    boolean _ = !keep && Files.deleteIfExists(copy.record());
                    return there;
                }
            } catch (IOException refused) {
                last = refused;
            }
            if (end.passed()) {
                throw last;
            }
            LockSupport.parkNanos(SECOND.toNanos());
        }
    }

    static String random() {
        byte[] bytes = new byte[6];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private void requireRoomForOne() throws IOException {
        RoomWatch.require(making.lackingForOne());
    }

    @Override
    public List<String> differences() {
        return making.differences();
    }

    @Override
    public List<String> complaints() {
        List<String> complaints = new ArrayList<>(making.complaints());
        left.stream()
                .filter(copy -> !copy.why().isEmpty())
                .map(copy ->
                        "a copy that an earlier trial left stays (%s): %s"
                                .formatted(copy.name(), copy.why()))
                .forEach(complaints::add);
        return complaints;
    }

    @Override
    public String keptIn() {
        return keep ? folder.path().toString() : "";
    }

    /// Where copies are to end it is only a name: it cannot be started, and is removed like any.
    @Override
    public ContainerId make(CapabilitySet dropped) throws IOException {
        return recorded(making.seeded() ? seed() : null, dropped);
    }

    private synchronized ContainerId seed() throws IOException {
        ContainerId made = seed == null ? recorded(null, CapabilitySet.EMPTY) : seed;
        seed = made;
        return made;
    }

    private ContainerId recorded(@Nullable ContainerId from, CapabilitySet dropped)
            throws IOException {
        Copy copy = copier.fresh(folder.path());
        Files.createDirectory(copy.record());
        copies.put(copy.id(), copy);
        try {
            if (!ending) {
                requireRoomForOne();
                room.requireNotOver();
                making.make(from, copy, dropped);
            }
        } catch (IOException failed) {
            if (!ending) {
                throw failed;
            }
        }
        return copy.id();
    }

    @Override
    public void start(ContainerId copy, Duration timeout) throws IOException {
        room.requireRoom();
        if (ending) {
            throw new IOException("the trial has ended, so that no copy is made or started");
        }
        room.requireNotOver();
        room.begin();
        making.start(requireNonNull(copies.get(copy)), timeout);
    }

    @Override
    public void letRun(ContainerId copy, Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        while (copier.runtime().running(copy) && System.nanoTime() < end) {
            LockSupport.parkNanos(Math.min(SECOND.toNanos() / 10, end - System.nanoTime()));
        }
    }

    @Override
    public Answer run(ContainerId copy, String command, Duration timeout) throws IOException {
        return copier.run(copy, command, timeout);
    }

    @Override
    public boolean shutDown(ContainerId copy, Duration timeout) throws IOException {
        try {
            copier.runtime().stop(copy, timeout, false);
            return true;
        } catch (IOException refused) {
            if (copier.runtime().running(copy)) {
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

    private void end(ContainerId id) throws IOException {
        Copy copy = copies.get(id);
        if (copy != null) {
            delete(copier, copy, keep, PATIENCE);
            copies.remove(id);
        }
    }

    private void killAll() {
        try {
            each(copier::kill);
        } catch (IOException stays) {
            // whoever closes them says so
        }
    }

    @Override
    public void endAll() throws IOException {
        ending = true;
        copier.interrupt();
        each(copier::kill);
    }

    @Override
    public void close() throws IOException {
        ending = true;
        try (folder;
                room) {
            each(this::end);
        } catch (IOException stays) {
            throw new IOException(
                    "copies stay, and the next trial removes them: " + stays.getMessage(), stays);
        }
    }

    /// Does it to all of them, the seed last, though one of them refuses.
    private void each(Errand.With<ContainerId> deed) throws IOException {
        List<ContainerId> all = new ArrayList<>(copies.keySet());
        all.sort(Comparator.comparing(copy -> copy.equals(seed)));
        IOException first = null;
        for (ContainerId copy : all) {
            try {
                deed.take(copy);
            } catch (IOException stays) {
                first = first == null ? stays : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
