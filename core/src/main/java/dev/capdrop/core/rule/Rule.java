package dev.capdrop.core.rule;

/// What decides what the next boot makes of a unit, or leaves it undecided: a row of a table.
public interface Rule {
    /// The word for it, as in `file-capabilities`.
    String word();

    /// When it decides, in words that say it of the unit.
    String meaning();

    /// Where it is written: manual pages, and functions of systemd, of liblxc, of the kernel or of
    /// the program; that it follows from what was seen where it is capdrop's own.
    String source();

    /// Since when it is so.
    Since since();

    /// What has shown it.
    RuleEvidence evidence();
}
