package dev.capdrop.core.change;

import dev.capdrop.core.container.ConfigEdit;
import dev.capdrop.core.container.SharedFile;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.shared.SharedPlan;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.Snapshot;
import java.io.IOException;
import java.time.InstantSource;

/// The transaction around the file that all containers of a host share: journal, and write. No
/// container is restarted; each gets it at its own next start.
public final class SharedChange {
    private final SharedFile file;
    private final SharedConfigStore store;
    private final Journal journal;
    private final InstantSource clock;

    /// @param store where the file is kept
    public SharedChange(
            SharedFile file, SharedConfigStore store, Journal journal, InstantSource clock) {
        this.file = file;
        this.store = store;
        this.journal = journal;
        this.clock = clock;
    }

    /// Writes what was planned.
    ///
    /// @param before the host, which stands for the container; its configuration lists the folder
    ///   of the file if that is there
    public JournalEntry apply(Snapshot before, SharedPlan plan) throws IOException {
        ConfigEdit edit = plan.edit();
        JournalEntry entry =
                JournalEntry.begin(journal, clock.instant(), before, plan.drop(), edit);
        try {
            store.replace(edit.path(), edit.before(), edit.after());
        } catch (IOException failed) {
            settleAfter(failed, entry);
            throw failed;
        }
        return ended(
                entry, Phase.APPLIED, "written; in force in each container from its next start on");
    }

    /// A write that failed may have put the new file in place all the same.
    private void settleAfter(IOException failed, JournalEntry entry) {
        try {
            settle(entry);
        } catch (IOException alsoFailed) {
            failed.addSuppressed(alsoFailed);
        }
    }

    /// Ends an entry that was interrupted: what the file says tells how far it came, and an undo is
    /// finished.
    public JournalEntry settle(JournalEntry entry) throws IOException {
        return switch (entry.phase()) {
            case WRITING -> settleWriting(entry);
            case UNDOING -> undo(entry);
            case RESTARTING,
                    DROPPING_LIVE,
                    WAITING_FOR_RESTART,
                    UNVERIFIED,
                    ROLLING_BACK,
                    APPLIED,
                    ROLLED_BACK,
                    UNDONE,
                    ABANDONED ->
                    entry;
        };
    }

    private JournalEntry settleWriting(JournalEntry entry) throws IOException {
        if (!store.read(entry.edit().path()).equals(entry.edit().before())) {
            return ended(entry, Phase.APPLIED, "written, then interrupted");
        }
        removeOurFolder(entry, entry.edit().before());
        return ended(entry, Phase.ABANDONED, "ended before the file was written");
    }

    /// Where the file is gone, the folder goes that the change has made for it.
    private void removeOurFolder(JournalEntry entry, String content) throws IOException {
        ConfigurationText then = entry.before().configuration();
        boolean made = then != null && !then.directories().containsKey(file.directory());
        if (made && content.isEmpty()) {
            store.removeEmptyFolder(file.path());
        }
    }

    /// Takes an entry back: our names leave the file, and the file goes where nothing else is in
    /// it.
    public JournalEntry undo(JournalEntry entry) throws IOException {
        JournalEntry undoing = entry.with(Phase.UNDOING, "");
        journal.write(undoing);
        String path = entry.edit().path();
        String current = store.read(path);
        String rest = file.takeBack(current, entry.edit());
        store.replace(path, current, rest);
        removeOurFolder(undoing, rest);
        String outcome =
                current.equals(rest)
                        ? "nothing of it was in the file any more"
                        : rest.isEmpty() ? "taken back; the file is removed" : "taken back";
        return ended(undoing, Phase.UNDONE, outcome);
    }

    private JournalEntry ended(JournalEntry entry, Phase phase, String outcome) throws IOException {
        JournalEntry next = entry.with(phase, outcome);
        journal.write(next);
        return next;
    }
}
