package dev.capdrop.linux.store;

import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.root.HostFile;
import dev.capdrop.record.RecordException;
import dev.capdrop.record.RecordedHistory;
import dev.capdrop.record.UnknownFields;
import dev.capdrop.record.UseHistoryJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// What was learnt, as files: `STATE/learned/CONTAINER.json`, mode 0600, each replaced as a whole
/// and on the disk before a method returns.
///
/// Several watches of a container may add to its file at once: each does so under a lock that it
/// holds no longer than that takes.
public final class FileHistories {
    private static final String FOLDER = "learned";
    private static final String SUFFIX = ".json";
    private static final int LARGEST = 64 << 20;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final StateDirectory state;

    /// Nothing is made before it is needed.
    ///
    /// @param directory the state directory
    public FileHistories(Path directory) {
        state = new StateDirectory(directory);
    }

    /// What was learnt of a container, or of another that was called so; null where nothing was.
    ///
    /// @throws IOException one sentence when it cannot be read
    public @Nullable UseHistory read(ContainerId container) throws IOException {
        Path folder = state.existing(FOLDER);
        RecordedHistory found = folder == null ? null : read(folder.resolve(name(container)));
        return found == null ? null : found.history();
    }

    /// Adds what a watch has seen to what was learnt of this container. What was learnt of another
    /// that was called so is given up.
    ///
    /// @param identity what tells it from that other
    /// @param seen what it has seen and did not add yet
    /// @return all of it
    /// @throws IOException one sentence when it cannot be written
    public UseHistory add(ContainerId container, String identity, Observation seen, Instant now)
            throws IOException {
        Path file = state.folder(FOLDER).resolve(name(container));
        try (LockFile _ = lock(container)) {
            RecordedHistory old = read(file);
            RecordedHistory base =
                    old != null && old.history().identity().equals(identity)
                            ? old
                            : new RecordedHistory(
                                    container.target(),
                                    container.lxcPath(),
                                    UseHistory.none(identity, now),
                                    UnknownFields.NONE);
            RecordedHistory all = base.with(base.history().plus(seen, now));
            DurableFile complete = new DurableFile(file);
            try {
                complete.replace(
                        UseHistoryJson.write(all), FileHistories::create, complete::rename);
            } catch (IOException failed) {
                throw Failure.of("write down what was learnt", file, failed, "");
            }
            return all.history();
        }
    }

    private LockFile lock(ContainerId container) throws IOException {
        Path file = state.folder("locks").resolve(FOLDER + "-" + key(container));
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            LockFile lock = LockFile.tryTake(file);
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() > end) {
                throw new IOException(
                        "another capdrop has been writing what was learnt of '"
                                + container.target()
                                + "' for 10 s; see whether it hangs");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static String name(ContainerId container) {
        return key(container) + SUFFIX;
    }

    /// Another folder may hold a container of the same name.
    private static String key(ContainerId container) {
        return TargetKey.of(container.target() + "@" + container.lxcPath());
    }

    private static void create(Path temporary) throws IOException {
        Files.createFile(
                temporary,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static @Nullable RecordedHistory read(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        try (HostFile found = HostFile.itselfAt(file)) {
            StateDirectory.requireOurs(found.status(), "it");
            return UseHistoryJson.read(found.read(LARGEST), file.toString());
        } catch (RecordException unreadable) {
            throw unreadable;
        } catch (IOException failed) {
            throw Failure.of("read what was learnt", file, failed, "");
        }
    }
}
