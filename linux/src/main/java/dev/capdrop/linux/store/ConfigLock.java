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
///
/// @param root the folder of liblxc's locks, `/run/lxc/lock`
/// @param patience how long to wait for another holder
record ConfigLock(Path root, Duration patience) {
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
                "'%s' has been locked for %s s by another program (liblxc or capdrop, lock file '%s'); nothing was written"
                        .formatted(config, patience.toSeconds(), file));
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
