package dev.capdrop.core.unit;

import org.jspecify.annotations.Nullable;

/// Splits a right side word by word, as strictly as systemd does conditions and command lines
/// (systemd.syntax(7), "Quoting"; `extract_first_word` without relaxed flags).
public final class WordReader {
    public static final String BLANKS = " \t\n\r";

    private final String text;
    private int at;
    private boolean broken;

    public WordReader(String text) {
        this.text = text;
    }

    /// Whether a quote was not closed, or a backslash had nothing behind it.
    public boolean broken() {
        return broken;
    }

    public String rest() {
        return text.substring(at);
    }

    public boolean atEnd() {
        return at == text.length();
    }

    /// Passes `c` and the separators behind it; false if `c` is not the next word by itself.
    public boolean takeAlone(char c) {
        boolean last = at + 1 >= text.length();
        boolean found =
                !atEnd()
                        && text.charAt(at) == c
                        && (last || BLANKS.indexOf(text.charAt(at + 1)) >= 0);
        at += found ? 1 : 0;
        skip(found ? BLANKS : "");
        return found;
    }

    /// Returns the next word, unquoted if `quotes`, and passes the separators behind it; or null.
    public @Nullable String next(String separators, boolean quotes) {
        skip(separators);
        if (at == text.length() || broken) {
            return null;
        }
        String word = word(separators, quotes);
        skip(separators);
        return word;
    }

    /// Returns the next word up to the first separator, skipping those in front if `leading`.
    public @Nullable String upTo(String separators, boolean leading) {
        if (leading) {
            skip(separators);
        }
        return at == text.length() || broken ? null : word(separators, false);
    }

    private void skip(String separators) {
        at = Words.skip(text, at, separators);
    }

    private @Nullable String word(String separators, boolean quotes) {
        StringBuilder word = new StringBuilder();
        char quote = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\') {
                if (++at == text.length()) {
                    broken = true;
                    return null;
                }
                word.append(text.charAt(at));
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (quotes && (c == '"' || c == '\'')) {
                quote = c;
            } else if (separators.indexOf(c) >= 0) {
                break;
            } else {
                word.append(c);
            }
            at++;
        }
        broken = quote != 0;
        return broken ? null : word.toString();
    }
}
