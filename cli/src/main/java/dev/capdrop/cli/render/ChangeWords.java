package dev.capdrop.cli.render;

import dev.capdrop.core.journal.JournalEntry;

/// Puts the effect of a change into words: it drops capabilities, or it allows nesting.
public final class ChangeWords {
    private ChangeWords() {}

    /// Returns the noun phrase behind an article, `drop of sys_rawio`.
    public static String noun(JournalEntry entry) {
        return entry.edit().nesting() ? "permission to nest" : "drop of " + entry.drop();
    }

    /// Returns the past tense, `dropped sys_rawio`.
    public static String past(JournalEntry entry) {
        return entry.edit().nesting() ? "allowed nesting" : "dropped " + entry.drop();
    }

    /// Returns the present tense, `drops sys_rawio`, of a configuration.
    static String verb(JournalEntry entry) {
        return entry.edit().nesting() ? "allows nesting" : "drops " + entry.drop();
    }

    /// Returns the state of a started container, `without sys_rawio`.
    static String started(JournalEntry entry) {
        return entry.edit().nesting() ? "with permission to nest" : "without " + entry.drop();
    }
}
