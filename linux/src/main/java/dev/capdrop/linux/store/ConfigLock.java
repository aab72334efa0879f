package dev.capdrop.linux.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The lock of a container's configuration: liblxc's own.
///
/// liblxc locks `/run/lxc/lock/LXCPATH/.NAME` with a record lock while it loads or saves
/// `LXCPATH/NAME/config` (`lxclock.c`), so taking the same one keeps us apart from it and from
/// other capdrops alike. For any other file the name by this rule is a lock among capdrops only.
final class ConfigLock {
    private final Path root;
    private final Duration patience;

    /// @param root the folder of liblxc's locks, `/run/lxc/lock`
    /// @param patience how long to wait for another holder
    ConfigLock(Path root, Duration patience) {
        this.root = root;
        this.patience = patience;
    }

    /// @param config the configuration's absolute path, as liblxc names it
    LockFile take(Path config) throws IOException {
        Path file = lockFile(config);
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            LockFile lock = await(file);
            if (lock != null) {
                return lock;
            }
        } catch (InterruptedIOException interrupted) {
            throw interrupted;
        } catch (IOException failed) {
            throw Failure.of("lock", file, failed, "; nothing was written");
        }
        throw new IOException(
                "'"
                        + config
                        + "' has been locked for "
                        + patience.toSeconds()
                        + " s by another program (liblxc or capdrop, lock file '"
                        + file
                        + "'); nothing was written");
    }

    private Path lockFile(Path named) {
        Path config = named.normalize();
        int names = config.getNameCount();
        if (names < 3) {
            return root.resolve("." + config.getName(0));
        }
        return root.resolve(config.subpath(0, names - 2)).resolve("." + config.getName(names - 2));
    }

    private @Nullable LockFile await(Path file) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        LockFile lock = LockFile.tryTake(file);
        while (lock == null && System.nanoTime() < end) {
            pause();
            lock = LockFile.tryTake(file);
        }
        return lock;
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(20);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a lock");
        }
    }
}
