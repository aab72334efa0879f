package dev.capdrop.core.rule;

/// What decides what the next boot makes of a unit, or leaves it undecided: a row of a table.
public interface Rule {
    Row row();

    /// Whether it is known of this version of systemd, so that what it says is definite.
    ///
    /// @param systemd the major version; 0 for one that is not known
    default boolean covers(int systemd) {
        return Range.of(row().since()).covers(systemd);
    }

    /// The words for a rule, as a table has them.
    ///
    /// @param word its name, as in `file-capabilities`: it stays, for administrators and reports
    ///   use it
    /// @param meaning when it decides, in words that say it of the unit
    /// @param source where it is written: manual pages, and functions of systemd, of liblxc, of the
    ///   kernel or of the program; that it follows from what was seen where it is capdrop's own
    /// @param since since when it is so; `unknown` where that could not be established
    /// @param evidence what has shown it: the recorded boots, the name of a test, or nothing but
    ///   the source
    record Row(String word, String meaning, String source, String since, String evidence) {}
}
