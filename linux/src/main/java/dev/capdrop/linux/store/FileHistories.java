package dev.capdrop.linux.store;

import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.observe.UseHistory.Learnt;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.root.HostFile;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.record.UnknownFields;
import dev.capdrop.record.UseHistoryJson;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The histories of use as files, `STATE/learned/CONTAINER.json` (0600), each replaced as a whole
/// and on the disk before a method returns. Several watches of a container may add at once, each
/// under a lock held only for that.
final class FileHistories implements UseStore {
    private static final String FOLDER = "learned";
    private static final String SUFFIX = ".json";
    private static final int MOST = 100_000;

    private final StateDirectory state;
    private final InstantSource clock;

    /// @param directory the state directory, made when needed
    FileHistories(Path directory, InstantSource clock) {
        state = new StateDirectory(directory);
        this.clock = clock;
    }

    @Override
    public @Nullable UseHistory read(ContainerId container) throws IOException {
        Path folder = state.existing(FOLDER);
        UseHistoryJson.Recorded found =
                folder == null ? null : read(folder.resolve(key(container) + SUFFIX));
        return found == null ? null : found.history();
    }

    @Override
    public List<Learnt> all(Consumer<String> unreadable) throws IOException {
        List<Learnt> all = new ArrayList<>();
        Path folder = state.existing(FOLDER);
        if (folder == null) {
            return all;
        }
        String doing = "list what was learnt in";
        for (String name : Failure.during(doing, folder, "", () -> HostFile.names(folder, MOST))) {
            if (!name.endsWith(SUFFIX)) {
                continue;
            }
            try {
                UseHistoryJson.Recorded found = read(folder.resolve(name));
                if (found != null) {
                    all.add(new Learnt(found.target(), found.lxcPath(), found.history()));
                }
            } catch (IOException failed) {
                unreadable.accept(String.valueOf(failed.getMessage()));
            }
        }
        all.sort(Comparator.comparing(Learnt::target).thenComparing(Learnt::lxcPath));
        return all;
    }

    @Override
    public void remove(Learnt learnt) throws IOException {
        String key = key(learnt.target(), learnt.lxcPath());
        Path file = state.folder(FOLDER).resolve(key + SUFFIX);
        try (LockFile _ = lock(learnt.target(), key)) {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw Failure.of("remove what was learnt", file, failed, "");
        }
    }

    @Override
    public UseHistory add(ContainerId container, String identity, Observation seen)
            throws IOException {
        Instant now = clock.instant();
        Path file = state.folder(FOLDER).resolve(key(container) + SUFFIX);
        try (LockFile _ = lock(container.target(), key(container))) {
            UseHistoryJson.Recorded old = read(file);
            UseHistoryJson.Recorded base =
                    old != null && old.history().identity().equals(identity)
                            ? old
                            : new UseHistoryJson.Recorded(
                                    container.target(),
                                    container.lxcPath(),
                                    UseHistory.none(identity, now),
                                    UnknownFields.NONE);
            UseHistoryJson.Recorded all = base.with(base.history().plus(seen, now));
            byte[] document = UseHistoryJson.write(all);
            DurableFile.write(file, document, "write down what was learnt");
            return all.history();
        }
    }

    private LockFile lock(String target, String key) throws IOException {
        Path file = state.folder("locks").resolve(FOLDER + "-" + key);
        LockFile lock =
                Deadline.in(Duration.ofSeconds(10))
                        .await(ConfigLock.PAUSE, ConfigLock.WAITING, () -> LockFile.tryTake(file));
        if (lock == null) {
            throw new IOException(
                    "another capdrop has been writing what was learnt of '%s' for 10 s; see whether it hangs"
                            .formatted(target));
        }
        return lock;
    }

    private static String key(ContainerId container) {
        return key(container.target(), container.lxcPath());
    }

    private static String key(String target, String lxcPath) {
        return TargetKey.of(target + "@" + lxcPath);
    }

    private static UseHistoryJson.@Nullable Recorded read(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        return StateDirectory.read(file, "read what was learnt", UseHistoryJson::read);
    }
}
