package dev.capdrop.cli.drop;

import dev.capdrop.core.journal.JournalEntry;

/// Puts a change that has not ended into one sentence.
public final class PendingText {
    private PendingText() {}

    public static String sentence(JournalEntry entry, String target) {
        return sentence(entry, target, "");
    }

    /// Returns its state and what to do, with how far its way back has come, or empty.
    public static String sentence(JournalEntry entry, String target, String wayBack) {
        String parts = entry.phase().undoes() ? ": " : "; ";
        String state = wayBack.isEmpty() ? state(entry) : state(entry) + parts + wayBack;
        return switch (entry.phase()) {
            case WAITING_FOR_RESTART -> state(entry) + ": 'capdrop apply " + target + "' does it";
            case UNVERIFIED -> state(entry) + ": 'capdrop apply " + target + "' looks again";
            case WRITING, RESTARTING, DROPPING_LIVE, ROLLING_BACK ->
                    "%s; run 'capdrop apply %s' to finish it or 'capdrop undo %s' to take it back"
                            .formatted(state, target, target);
            case TAKING_BACK, UNDOING -> state + "; run 'capdrop undo " + target + "' to finish it";
            case APPLIED, ROLLED_BACK, UNDONE, ABANDONED -> entry.outcome();
        };
    }

    /// Returns the sentence about a change while a process carries it out.
    public static String underWay(String process) {
        return "a change is under way (process " + process + ")";
    }

    public static String state(JournalEntry entry) {
        return switch (entry.phase()) {
            case WAITING_FOR_RESTART -> "a " + noun(entry) + " waits for the next restart";
            case UNVERIFIED -> "a " + noun(entry) + " is in force, " + entry.outcome();
            case WRITING -> "a change was interrupted while the configuration was written";
            case RESTARTING ->
                    "a change was interrupted: the configuration %s, the restart is not verified"
                            .formatted(verb(entry));
            case DROPPING_LIVE ->
                    "a live step was interrupted: the configuration drops %s, and whether the running PID 1 has given it up is not verified"
                            .formatted(entry.drop());
            case ROLLING_BACK ->
                    "a rollback was interrupted"
                            + (entry.outcome().isEmpty()
                                    ? ""
                                    : ", which had been begun because: " + entry.outcome());
            case TAKING_BACK, UNDOING -> "an undo was interrupted";
            case APPLIED, ROLLED_BACK, UNDONE, ABANDONED -> entry.outcome();
        };
    }

    /// Returns the noun phrase behind an article, `drop of sys_rawio`.
    public static String noun(JournalEntry entry) {
        return entry.edit().nesting() ? "permission to nest" : "drop of " + entry.drop();
    }

    /// Returns the past tense, `dropped sys_rawio`.
    public static String past(JournalEntry entry) {
        return entry.edit().nesting() ? "allowed nesting" : "dropped " + entry.drop();
    }

    /// Returns the present tense, `drops sys_rawio`, of a configuration.
    public static String verb(JournalEntry entry) {
        return entry.edit().nesting() ? "allows nesting" : "drops " + entry.drop();
    }

    /// Returns the state of a started container, `without sys_rawio`.
    public static String started(JournalEntry entry) {
        return entry.edit().nesting() ? "with permission to nest" : "without " + entry.drop();
    }
}
