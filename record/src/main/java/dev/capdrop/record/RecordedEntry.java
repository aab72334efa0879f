package dev.capdrop.record;

import dev.capdrop.core.journal.JournalEntry;

/// A journal entry as it was read, with what a newer program wrote beside it.
///
/// @param entry what this program understands
/// @param unknown the fields it does not know
public record RecordedEntry(JournalEntry entry, UnknownFields unknown) {
    /// The same document about another state of the entry.
    public RecordedEntry with(JournalEntry next) {
        return new RecordedEntry(next, unknown);
    }
}
