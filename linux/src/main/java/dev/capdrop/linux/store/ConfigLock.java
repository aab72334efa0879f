package dev.capdrop.linux.store;

import dev.capdrop.linux.time.Deadline;
import module java.base;

/// The lock of a container's configuration, liblxc's own: a record lock on
/// `/run/lxc/lock/LXCPATH/.NAME` while it loads or saves `LXCPATH/NAME/config` (`lxclock.c`). For
/// any other file the name by this rule is a lock among capdrops only.
record ConfigLock(Path root, Duration patience) {
    static final Duration PAUSE = Duration.ofMillis(20);
    static final String WAITING = "waiting for a lock";

    LockFile take(Path config) throws IOException {
        Path file = lockFile(config);
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            LockFile lock =
                    Deadline.in(patience).await(PAUSE, WAITING, () -> LockFile.tryTake(file));
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
}
