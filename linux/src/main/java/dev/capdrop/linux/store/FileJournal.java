package dev.capdrop.linux.store;

import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.linux.libc.Descriptor.Handover;
import dev.capdrop.linux.root.HostFile;
import dev.capdrop.record.JournalEntryJson;
import dev.capdrop.record.UnknownFields;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The journal as files, `STATE/changes/TARGET/ID.json` (0600), each replaced as a whole and on the
/// disk before a method returns. Entries of one target are written under its lock, and a newer
/// capdrop's additions to an entry are kept.
public final class FileJournal implements Journal {
    public static final Path DEFAULT_DIRECTORY = Path.of("/var/lib/capdrop");
    private static final String CHANGES = "changes";
    private static final String SUFFIX = ".json";
    private static final int MOST_NAMES = 100_000;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_:.%~+-]{0,220}");
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final StateDirectory state;
    private final Consumer<JournalEntry> told;

    /// @param directory the state directory, made when needed
    public FileJournal(Path directory) {
        this(directory, _ -> {});
    }

    /// @param told is given each entry once it is written in another phase in which it
    ///   [rests][JournalEntry.Phase#rests]
    public FileJournal(Path directory, Consumer<JournalEntry> told) {
        state = new StateDirectory(directory);
        this.told = told;
    }

    /// Returns an id that no entry of this target has while the caller holds its lock.
    @Override
    public String newId(Instant at, String target) {
        String name = target.substring(target.indexOf(':') + 1);
        String id = STAMP.format(at) + "-" + TargetKey.of(name);
        String candidate = id;
        for (int n = 2; Files.exists(file(target, candidate)); n++) {
            candidate = id + "+" + n;
        }
        return candidate;
    }

    @Override
    public void write(JournalEntry entry) throws IOException {
        requireId(entry.id());
        Path folder = state.folder(CHANGES, TargetKey.of(entry.target()));
        Path file = folder.resolve(entry.id() + SUFFIX);
        JournalEntryJson.Recorded old = old(file, entry);
        UnknownFields unknown = old == null ? UnknownFields.NONE : old.unknown();
        byte[] document = JournalEntryJson.write(new JournalEntryJson.Recorded(entry, unknown));
        DurableFile.write(file, document, "write the journal");
        if (entry.phase().rests() && (old == null || old.entry().phase() != entry.phase())) {
            told.accept(entry);
        }
    }

    @Override
    public void remove(JournalEntry entry) throws IOException {
        requireId(entry.id());
        Path file = file(entry.target(), entry.id());
        boolean _ =
                Failure.during(
                        "remove from the journal", file, "", () -> Files.deleteIfExists(file));
    }

    /// A folder's name tells its target; where that is too long, an entry does.
    @Override
    public List<String> targets() throws IOException {
        List<String> targets = new ArrayList<>();
        Path changes = state.existing(CHANGES);
        for (String key : changes == null ? List.<String>of() : names(changes)) {
            String target = TargetKey.target(key);
            List<Path> files = entryFiles(key);
            if (!files.isEmpty()) {
                targets.add(target == null ? read(files.getFirst()).entry().target() : target);
            }
        }
        targets.sort(Comparator.naturalOrder());
        return List.copyOf(targets);
    }

    @Override
    public List<JournalEntry> entries(String target) throws IOException {
        List<JournalEntry> entries = new ArrayList<>();
        for (Path file : entryFiles(TargetKey.of(target))) {
            entries.add(ofTarget(read(file).entry(), target, file));
        }
        entries.sort(
                Comparator.comparing(JournalEntry::at)
                        .thenComparingInt(entry -> entry.id().length())
                        .thenComparing(JournalEntry::id));
        return List.copyOf(entries);
    }

    @Override
    public Lock lock(String target) throws IOException {
        Path file = state.folder("locks").resolve(TargetKey.of(target));
        try {
            LockFile lock = LockFile.tryTake(file);
            if (lock != null) {
                return Handover.of(lock, taken -> begun(taken, target));
            }
        } catch (IOException failed) {
            throw Failure.of("lock", file, failed, "");
        }
        String holder = LockFile.holder(file);
        String process = holder.isEmpty() ? "" : " (process " + holder + ")";
        throw new IOException(
                "another capdrop" + process + " is changing '" + target + "'; wait for it");
    }

    @Override
    public String holder(String target) throws IOException {
        Path locks = state.existing("locks");
        return locks == null ? "" : LockFile.holding(locks.resolve(TargetKey.of(target)));
    }

    /// Removes a killed process' half-written entries: under the lock nobody writes any.
    private LockFile begun(LockFile lock, String target) throws IOException {
        lock.sign();
        Path entries = state.existing(CHANGES, TargetKey.of(target));
        if (entries != null) {
            DurableFile.removeLeftovers(entries);
        }
        return lock;
    }

    private static JournalEntryJson.@Nullable Recorded old(Path file, JournalEntry entry)
            throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        JournalEntryJson.Recorded old = read(file);
        if (!old.entry().target().equals(entry.target()) || !old.entry().at().equals(entry.at())) {
            throw new IOException("the journal entry '" + file + "' belongs to another change");
        }
        return old;
    }

    /// An undo would look for another target's change where it never was, and take nothing back.
    private static JournalEntry ofTarget(JournalEntry entry, String target, Path file)
            throws IOException {
        String contradiction = entry.contradiction(target);
        if (!contradiction.isEmpty()) {
            throw Failure.of("use the journal", file, new IOException(contradiction), "");
        }
        return entry;
    }

    private static JournalEntryJson.Recorded read(Path file) throws IOException {
        return StateDirectory.read(file, "read the journal", JournalEntryJson::read);
    }

    /// Leaves out hidden files, which a killed process left half-written.
    private List<Path> entryFiles(String key) throws IOException {
        Path folder = state.existing(CHANGES, key);
        if (folder == null) {
            return List.of();
        }
        return names(folder).stream()
                .filter(name -> name.endsWith(SUFFIX) && !name.startsWith("."))
                .map(folder::resolve)
                .toList();
    }

    private static List<String> names(Path folder) throws IOException {
        return Failure.during(
                "read the journal", folder, "", () -> HostFile.names(folder, MOST_NAMES));
    }

    private Path file(String target, String id) {
        Path entries = state.path().resolve(CHANGES).resolve(TargetKey.of(target));
        return entries.resolve(id + SUFFIX);
    }

    private static void requireId(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("'" + id + "' cannot name a journal entry");
        }
    }

    public static final class StateSurvey {
        private StateSurvey() {}

        public static HostSurvey.State read(Path directory, boolean root) {
            Path path = directory.toAbsolutePath().normalize();
            Path there = path;
            while (!Files.exists(there, LinkOption.NOFOLLOW_LINKS) && there.getParent() != null) {
                there = there.getParent();
            }
            return new HostSurvey.State(
                    path.toString(),
                    root ? obstacle(path, there) : hidden(),
                    free(there),
                    root ? unfinished(path) : hidden());
        }

        private static <T> Fact<T> hidden() {
            return new Fact.Unknown<>("only root sees into it");
        }

        private static Fact<String> obstacle(Path path, Path there) {
            try {
                new StateDirectory(path).existing();
            } catch (IOException unusable) {
                return new Fact.Known<>(String.valueOf(unusable.getMessage()));
            }
            return new Fact.Known<>(
                    Files.isWritable(there)
                            ? ""
                            : "'%s' cannot be written: '%s' is read-only".formatted(path, there));
        }

        private static Fact<Long> free(Path there) {
            try {
                return new Fact.Known<>(Files.getFileStore(there).getUsableSpace());
            } catch (IOException unknown) {
                return new Fact.Unknown<>(Failure.reason(unknown));
            }
        }

        private static Fact<List<String>> unfinished(Path path) {
            FileJournal journal = new FileJournal(path);
            List<String> unfinished = new ArrayList<>();
            try {
                for (String target : journal.targets()) {
                    Map<Subject, JournalEntry> newest = new LinkedHashMap<>();
                    journal.entries(target)
                            .forEach(entry -> newest.put(entry.before().subject(), entry));
                    if (newest.values().stream().anyMatch(entry -> !entry.phase().ended())) {
                        unfinished.add(target);
                    }
                }
                return new Fact.Known<>(unfinished);
            } catch (AccessDeniedException hidden) {
                return hidden();
            } catch (IOException unreadable) {
                return new Fact.Unknown<>(String.valueOf(unreadable.getMessage()));
            }
        }
    }
}
