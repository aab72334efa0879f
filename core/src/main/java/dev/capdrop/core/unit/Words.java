package dev.capdrop.core.unit;

import static java.util.Objects.requireNonNullElse;

import module java.base;
import org.jspecify.annotations.Nullable;

/// The words of a right side (systemd.syntax(7), "Quoting"), and those of a path.
public final class Words {
    private Words() {}

    /// Splits at blanks, but for quoted ones; a quote that is never closed ends the list, as for
    /// systemd.
    public static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
            if (quote == 0 && blank) {
                if (inWord) {
                    words.add(word.toString());
                }
                word.setLength(0);
                inWord = false;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
                inWord = true;
            } else if (quote != 0 && c == quote) {
                quote = 0;
            } else {
                boolean escaped = c == '\\' && i + 1 < text.length() && isQuotable(text, i + 1);
                word.append(escaped ? text.charAt(++i) : c);
                inWord = true;
            }
        }
        if (inWord && quote == 0) {
            words.add(word.toString());
        }
        return words;
    }

    /// Whether a backslash quotes this character; else it is part of an escaped unit name.
    private static boolean isQuotable(String text, int at) {
        return "\"'\\ ".indexOf(text.charAt(at)) >= 0;
    }

    /// Returns the names between the slashes of a path, without empty ones and `.`
    /// (path_resolution(7)).
    public static List<String> ofPath(String path) {
        return Stream.of(path.split("/"))
                .filter(component -> !component.isEmpty() && !component.equals("."))
                .toList();
    }

    public static boolean flag(String text, boolean otherwise) {
        return requireNonNullElse(flag(text), otherwise);
    }

    /// Parses a boolean of systemd.syntax(7); null where the text is none.
    public static @Nullable Boolean flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "1", "yes", "y", "true", "t", "on" -> true;
            case "0", "no", "n", "false", "f", "off" -> false;
            default -> null;
        };
    }

    /// Returns the index behind the characters of `blanks` that begin at `from`.
    public static int skip(String text, int from, String blanks) {
        int at = from;
        while (at < text.length() && blanks.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    /// Returns the index behind the last character between `from` and `to` that is not of `blanks`.
    public static int trimmed(String text, int from, int to, String blanks) {
        int end = to;
        while (end > from && blanks.indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return end;
    }
}
