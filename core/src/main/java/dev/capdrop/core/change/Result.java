package dev.capdrop.core.change;

import dev.capdrop.core.change.LiveStep.LiveReport;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.verification.Verification;
import org.jspecify.annotations.Nullable;

/// The end of a change.
///
/// @param verification the comparison with the forecast; null when nothing was restarted
/// @param rollback the old configuration's boot compared with the state before; null when nothing
///   was rolled back, or it could not be read
/// @param live what was done to the running container; null when nothing was
public record Result(
        JournalEntry entry,
        @Nullable Verification verification,
        @Nullable Verification rollback,
        @Nullable LiveReport live) {
    public boolean rolledBack() {
        return entry.phase() == JournalEntry.Phase.ROLLED_BACK;
    }

    /// Whether it did not come to what was asked, left the container worse, or nobody knows.
    public boolean failed() {
        return rolledBack()
                || entry.phase() == JournalEntry.Phase.ABANDONED
                || (verification != null && verification.verdict().failed());
    }
}
