package dev.capdrop.core.rule;

/// A row of a table that decides what the next boot makes of a unit, or leaves it undecided.
public interface Rule {
    Row row();

    /// Whether it is known of this major version of systemd, or of an unknown one, 0.
    default boolean covers(int systemd) {
        return Range.of(row().since()).covers(systemd);
    }

    /// The words for a rule, as a table has them.
    ///
    /// @param word its name for administrators and reports, as in `file-capabilities`
    /// @param meaning when it decides, in words that say it of the unit
    /// @param source manual pages, and functions of the program; or that it follows from what was
    ///   seen
    /// @param since since when it is so; `unknown` where that could not be established
    /// @param evidence the recorded boots, the name of a test, or nothing but the source
    record Row(String word, String meaning, String source, String since, String evidence) {}
}
