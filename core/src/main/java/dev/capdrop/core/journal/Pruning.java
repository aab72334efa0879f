package dev.capdrop.core.journal;

import dev.capdrop.core.snapshot.ContainerId;
import java.io.IOException;
import java.util.List;

/// Keeps the journal from growing for ever.
final class Pruning {
    /// How many changes that have ended the journal keeps of a container beside those that an undo
    /// needs.
    private static final int KEPT = 20;

    private Pruning() {}

    /// Removes what nobody needs of this container's entries; to be called before one is added.
    static void prune(Journal journal, ContainerId container) throws IOException {
        List<JournalEntry> entries =
                journal.entries(container.target()).stream()
                        .filter(entry -> entry.before().container().equals(container))
                        .toList();
        for (JournalEntry entry : Claims.dispensable(entries, KEPT)) {
            journal.remove(entry);
        }
    }
}
