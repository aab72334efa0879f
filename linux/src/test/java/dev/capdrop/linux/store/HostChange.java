package dev.capdrop.linux.store;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.SharedChange;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.SharedLines.SharedFile;
import dev.capdrop.core.journal.Claims;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.plan.SharedPlan;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import dev.capdrop.core.snapshot.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The change of the file that all containers of a host share, whose folder is not there before the
/// first.
record HostChange(Path folder) implements TriedChange {
    private static final CapabilitySet DROP = CapabilitySet.of("sys_rawio");
    private static final int LAST = 40;

    @Override
    public Home home() {
        return Home.HOST;
    }

    @Override
    public void make() throws IOException {
        Files.createDirectories(folder.resolve("lxc"));
    }

    @Override
    public Path config() {
        return Path.of(file().path());
    }

    @Override
    public String before() {
        return "";
    }

    @Override
    public String after() {
        return edit(new FileConfigSource()).after();
    }

    @Override
    public void apply() throws IOException {
        FileJournal journal = journal();
        try (Journal.Lock _ = journal.lock(id().target())) {
            JournalEntry last = Claims.last(entries());
            if (last != null && !last.phase().ended()) {
                change(journal).settle(last);
            }
            if (content().isEmpty()) {
                ConfigEdit edit = edit(new FileConfigSource());
                change(journal)
                        .apply(
                                snapshot(),
                                new SharedPlan(
                                        Request.HEALTHY,
                                        DROP,
                                        List.of(),
                                        List.of(),
                                        List.of(),
                                        List.of(),
                                        List.of(),
                                        edit));
            }
        }
    }

    @Override
    public void undo() throws IOException {
        FileJournal journal = journal();
        try (Journal.Lock _ = journal.lock(id().target())) {
            JournalEntry last = Claims.last(entries());
            if (last != null) {
                change(journal).undo(last);
            }
        }
    }

    @Override
    public List<JournalEntry> entries() throws IOException {
        return journal().entries(id().target());
    }

    private SharedFile file() {
        return SharedFile.in(folder.resolve("lxc/userns.conf.d").toString());
    }

    private Subject id() {
        return new Subject.HostFile(file().path());
    }

    /// Of a file that is not there.
    private ConfigEdit edit(FileConfigSource nothing) {
        return file().edit(nothing, DROP, LAST, "n1", "capdrop undo --host").orElseThrow();
    }

    private FileJournal journal() {
        return new FileJournal(folder.resolve("state"));
    }

    private SharedChange change(FileJournal journal) {
        SharedFileStore store = new SharedFileStore(folder.resolve("lock"));
        return new SharedChange(file(), store, journal, InstantSource.system());
    }

    private Snapshot snapshot() throws IOException {
        Path directory = Objects.requireNonNull(config().getParent());
        Map<String, List<String>> directories =
                Files.exists(directory) ? Map.of(file().folder(), List.of()) : Map.of();
        Map<String, String> files = Map.of(file().path(), content());
        return Snapshot.of(
                        Instant.now(),
                        id(),
                        new HostMachine("", "6.12", LAST, CapabilitySet.upTo(LAST), null, ""))
                .with(new ConfigurationText(file().path(), files, directories, 0, Map.of()));
    }
}
