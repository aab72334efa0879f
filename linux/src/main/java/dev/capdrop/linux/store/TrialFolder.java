package dev.capdrop.linux.store;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.libc.Descriptor.Handover;
import dev.capdrop.linux.root.HostFile;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The folder for the copies of one container's trials, `STATE/trials/CONTAINER`, a folder for each
/// copy. One trial at a time has it: a killed one, which has left what is there, holds no lock.
public final class TrialFolder implements AutoCloseable {
    private static final String FOLDER = "trials";
    private static final int MOST = 100_000;

    private final Path path;
    private final LockFile lock;

    private TrialFolder(Path path, LockFile lock) {
        this.path = path;
        this.lock = lock;
    }

    /// Takes the folder of a container, which no other trial has meanwhile.
    ///
    /// @param directory the state directory
    /// @throws IOException one sentence when another trial has it, or it cannot be made
    public static TrialFolder of(Path directory, ContainerId container) throws IOException {
        String key = TargetKey.of(container.target() + "@" + container.lxcPath());
        StateDirectory state = new StateDirectory(directory);
        Path lockFile = lockFile(state, key);
        LockFile lock = take(lockFile);
        if (lock == null) {
            String holder = LockFile.holder(lockFile);
            String process = holder.isEmpty() ? "" : " (process " + holder + ")";
            throw new IOException(
                    "a trial of '%s' is under way%s; wait for its end"
                            .formatted(container.target(), process));
        }
        return Handover.of(
                lock,
                taken -> {
                    taken.sign();
                    return new TrialFolder(state.folder(FOLDER, key), taken);
                });
    }

    /// Takes the lock; waits while the holder is no trial, but a process that removes leftovers.
    private static @Nullable LockFile take(Path lockFile) throws IOException {
        Deadline end = Deadline.in(Duration.ofMinutes(1));
        LockFile lock = LockFile.tryTake(lockFile);
        while (lock == null && !isTrials(lockFile) && !end.passed()) {
            Deadline.pause(Duration.ofMillis(50), ConfigLock.WAITING);
            lock = LockFile.tryTake(lockFile);
        }
        return lock;
    }

    /// Whether a living process has signed it, as no process does that only removes.
    private static boolean isTrials(Path lockFile) {
        String holder = LockFile.holder(lockFile);
        return holder.matches("[0-9]{1,18}")
                && ProcessHandle.of(Long.parseLong(holder)).isPresent();
    }

    /// Hands over the leftovers of killed trials, one by one, while no trial begins.
    public static void eachAbandoned(Path directory, Errand.With<TrialFolder> deed)
            throws IOException {
        StateDirectory state = new StateDirectory(directory);
        Path all = state.existing(FOLDER);
        for (String key : all == null ? List.<String>of() : HostFile.names(all, MOST)) {
            Path folder = state.existing(FOLDER, key);
            if (folder == null || HostFile.names(folder, 1).isEmpty()) {
                continue;
            }
            LockFile lock = LockFile.tryTake(lockFile(state, key));
            if (lock != null) {
                try (TrialFolder left = new TrialFolder(folder, lock)) {
                    lock.channel().truncate(0);
                    deed.take(left);
                }
            }
        }
    }

    private static Path lockFile(StateDirectory state, String key) throws IOException {
        return state.folder("locks").resolve(FOLDER + "-" + key);
    }

    public Path path() {
        return path;
    }

    public List<String> copies() throws IOException {
        return HostFile.names(path, MOST);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
