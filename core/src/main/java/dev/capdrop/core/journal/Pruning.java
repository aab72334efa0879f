package dev.capdrop.core.journal;

import dev.capdrop.core.snapshot.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Keeps the journal from growing for ever.
final class Pruning {
    /// How many changes that have ended the journal keeps of a container beside those that an undo
    /// needs.
    private static final int KEPT = 20;

    private Pruning() {}

    /// Removes what nobody needs of this subject's entries; to be called before one is added.
    static void prune(Journal journal, Subject subject) throws IOException {
        List<JournalEntry> own = new ArrayList<>();
        List<JournalEntry> ofProfiles = new ArrayList<>();
        for (JournalEntry entry : journal.entries(subject.target())) {
            if (entry.before().subject().equals(subject)) {
                (entry.ofProfile() ? ofProfiles : own).add(entry);
            }
        }
        for (JournalEntry entry : Claims.dispensable(own, KEPT)) {
            journal.remove(entry);
        }
        ofProfiles.removeIf(entry -> !entry.phase().ended());
        for (JournalEntry entry : ofProfiles.subList(0, Math.max(0, ofProfiles.size() - KEPT))) {
            journal.remove(entry);
        }
    }
}
