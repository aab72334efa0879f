package dev.capdrop.linux.store;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.root.HostFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where the trials of one container keep what belongs to their copies: `STATE/trials/CONTAINER`, a
/// folder for each copy. One trial at a time has it, and what it finds there was left by one that
/// was killed: a killed process holds no lock.
public final class TrialFolder implements AutoCloseable {
    private static final String FOLDER = "trials";
    private static final String LOCKS = "locks";
    private static final int MOST = 100_000;

    private final Path path;
    private final LockFile lock;

    private TrialFolder(Path path, LockFile lock) {
        this.path = path;
        this.lock = lock;
    }

    /// That of a container, which no other trial has meanwhile.
    ///
    /// @param directory the state directory
    /// @throws IOException one sentence when another trial has it, or it cannot be made
    public static TrialFolder of(Path directory, ContainerId container) throws IOException {
        String key = TargetKey.of(container.target() + "@" + container.lxcPath());
        StateDirectory state = new StateDirectory(directory);
        Path lockFile = lockFile(state, key);
        LockFile lock = LockFile.tryTake(lockFile);
        if (lock == null) {
            String holder = LockFile.holder(lockFile);
            throw new IOException(
                    "a trial of '%s' is under way%s; wait for its end"
                            .formatted(
                                    container.target(),
                                    holder.isEmpty() ? "" : " (process " + holder + ")"));
        }
        return locked(state, key, lock);
    }

    /// Those of other containers that no trial has any more.
    ///
    /// @param directory the state directory
    public static List<TrialFolder> abandoned(Path directory) throws IOException {
        StateDirectory state = new StateDirectory(directory);
        Path all = state.existing(FOLDER);
        List<TrialFolder> abandoned = new ArrayList<>();
        for (String key : all == null ? List.<String>of() : HostFile.names(all, MOST)) {
            LockFile lock = LockFile.tryTake(lockFile(state, key));
            if (lock != null) {
                abandoned.add(locked(state, key, lock));
            }
        }
        return abandoned;
    }

    private static Path lockFile(StateDirectory state, String key) throws IOException {
        return state.folder(LOCKS).resolve(FOLDER + "-" + key);
    }

    private static TrialFolder locked(StateDirectory state, String key, LockFile lock)
            throws IOException {
        boolean made = false;
        try {
            lock.sign();
            TrialFolder folder = new TrialFolder(state.folder(FOLDER, key), lock);
            made = true;
            return folder;
        } finally {
            if (!made) {
                lock.close();
            }
        }
    }

    /// The folder, absolute; only root may enter it.
    public Path path() {
        return path;
    }

    /// The names of the copies that have something there.
    public List<String> copies() throws IOException {
        return HostFile.names(path, MOST);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
