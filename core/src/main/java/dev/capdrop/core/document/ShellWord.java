package dev.capdrop.core.document;

import java.util.regex.Pattern;

/// A word of a command for a shell (Shell Command Language of POSIX, "Quoting").
public final class ShellWord {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/.,:_@%+-]+");

    private ShellWord() {}

    public static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
