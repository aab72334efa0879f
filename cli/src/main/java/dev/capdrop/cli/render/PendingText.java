package dev.capdrop.cli.render;

import dev.capdrop.core.change.JournalEntry;

/// A change that has not ended, in one sentence.
public final class PendingText {
    private PendingText() {}

    /// What state it left, and what to do.
    public static String sentence(JournalEntry entry, String target) {
        String next =
                "run 'capdrop apply "
                        + target
                        + "' to finish it or 'capdrop undo "
                        + target
                        + "' to take it back";
        return switch (entry.phase()) {
            case WAITING_FOR_RESTART ->
                    "a drop of "
                            + entry.drop()
                            + " waits for the next restart: 'capdrop apply "
                            + target
                            + "' does it";
            case WRITING -> "a change was interrupted while the configuration was written; " + next;
            case RESTARTING ->
                    "a change was interrupted: the configuration drops "
                            + entry.drop()
                            + ", the restart is not verified; "
                            + next;
            case ROLLING_BACK -> "a rollback was interrupted; " + next;
            case UNDOING ->
                    "an undo was interrupted; run 'capdrop undo " + target + "' to finish it";
            case APPLIED, ROLLED_BACK, UNDONE, ABANDONED -> entry.outcome();
        };
    }
}
