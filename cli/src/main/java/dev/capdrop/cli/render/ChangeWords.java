package dev.capdrop.cli.render;

import dev.capdrop.core.journal.JournalEntry;

/// What a change does, in words: it drops capabilities, or it allows nesting.
public final class ChangeWords {
    private ChangeWords() {}

    /// As `drop of sys_rawio`, behind an article.
    public static String noun(JournalEntry entry) {
        return entry.edit().nesting() ? "permission to nest" : "drop of " + entry.drop();
    }

    /// As `dropped sys_rawio`.
    public static String past(JournalEntry entry) {
        return entry.edit().nesting() ? "allowed nesting" : "dropped " + entry.drop();
    }

    /// As `drops sys_rawio`, of a configuration.
    static String verb(JournalEntry entry) {
        return entry.edit().nesting() ? "allows nesting" : "drops " + entry.drop();
    }

    /// As `without sys_rawio`, of a container that was started.
    static String started(JournalEntry entry) {
        return entry.edit().nesting() ? "with permission to nest" : "without " + entry.drop();
    }
}
