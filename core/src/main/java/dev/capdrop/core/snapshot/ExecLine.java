package dev.capdrop.core.snapshot;

/// The beginning of a command line in a unit file: the prefixes and the program. What follows may
/// hold secrets, and is left out of a snapshot.
///
/// @param prefixes those of `@ - : + ! |` that stand before the program, as written
/// @param program the path or name as written, quotes taken off, specifiers not expanded; empty
///   where there is none
///
///   Source: systemd.service(5), "Command lines".
public record ExecLine(String prefixes, String program) {
    private static final String PREFIXES = "@-:+!|";

    /// Reads the right side of an `Exec…=`.
    public static ExecLine parse(String value) {
        int start = 0;
        while (start < value.length() && PREFIXES.indexOf(value.charAt(start)) >= 0) {
            start++;
        }
        return new ExecLine(value.substring(0, start), word(value, start));
    }

    private static String word(String value, int start) {
        if (start == value.length()) {
            return "";
        }
        char quote = value.charAt(start);
        boolean quoted = quote == '"' || quote == '\'';
        int from = quoted ? start + 1 : start;
        int end = from;
        while (end < value.length() && !ends(value.charAt(end), quoted, quote)) {
            end++;
        }
        return value.substring(from, end);
    }

    private static boolean ends(char c, boolean quoted, char quote) {
        return quoted ? c == quote : Character.isWhitespace(c);
    }

    /// The program without its folder.
    public String name() {
        return program.substring(program.lastIndexOf('/') + 1);
    }

    /// Whether a failure of the command counts as success (`-`).
    public boolean mayFail() {
        return prefixes.indexOf('-') >= 0;
    }

    /// Whether it runs with all that PID 1 has, whatever `User=` and the sandbox say (`+`).
    public boolean fullPrivileges() {
        return prefixes.indexOf('+') >= 0;
    }

    /// Prefixes and program, without any argument.
    public String format() {
        boolean quote = program.chars().anyMatch(Character::isWhitespace);
        return prefixes + (quote ? "\"" + program + "\"" : program);
    }
}
