package dev.capdrop.linux.store;

import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/// A process that changes one configuration over and over, until it is killed.
///
/// Arguments: the state directory, the folder of locks, the configuration.
final class ChangeLoop {
    static final String TARGET = "lxc:c1";

    private ChangeLoop() {}

    /// A content of which half could not be mistaken for another.
    static String content(int number) {
        return "begin %d%n%send %d%n".formatted(number, "x".repeat(20_000), number);
    }

    public static void main(String[] arguments) throws Exception {
        FileJournal journal = new FileJournal(Path.of(arguments[0]));
        FileConfigStore store = new FileConfigStore(Path.of(arguments[1]), Duration.ofSeconds(10));
        try (Journal.Lock _ = journal.lock(TARGET)) {
            change(journal, store, arguments[2], 0);
            System.out.println("ready");
            for (int number = 1; ; number++) {
                change(journal, store, arguments[2], number);
            }
        }
    }

    private static void change(FileJournal journal, FileConfigStore store, String path, int number)
            throws Exception {
        Instant now = Instant.now();
        // one entry of the same id for all rounds of a run, so that the journal stays small
        JournalEntry entry =
                JournalEntries.entry("run-" + ProcessHandle.current().pid(), TARGET, Instant.EPOCH);
        journal.write(entry.with(JournalEntry.Phase.WRITING, "now " + now));
        store.replace(path, store.read(path), content(number));
        journal.write(entry.with(JournalEntry.Phase.APPLIED, "now " + now));
    }
}
