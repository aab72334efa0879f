package dev.capdrop.core.document;

import java.util.regex.Pattern;

/// A word of a command that somebody pastes into a shell.
///
/// Source: the Shell Command Language of POSIX, "Quoting".
public final class ShellWord {
    /// What no shell takes for anything else, wherever in a word it stands.
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/.,:_@%+-]+");

    private ShellWord() {}

    /// The word as a shell takes it for nothing but itself: in single quotes where it needs them.
    public static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
