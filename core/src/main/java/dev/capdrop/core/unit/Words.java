package dev.capdrop.core.unit;

import static java.util.Objects.requireNonNullElse;

import module java.base;
import org.jspecify.annotations.Nullable;

/// The words of a right side (systemd.syntax(7), "Quoting"), and those of a path.
public final class Words {
    private Words() {}

    /// Splits at blanks, but for quoted ones; a quote never closed ends the list, as for systemd.
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

    /// Splits a right side word by word, as strictly as systemd does conditions and command lines
    /// (systemd.syntax(7), "Quoting"; `extract_first_word` without relaxed flags).
    public static final class WordReader {
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

        /// Returns the next word, unquoted if `quotes`, and passes the separators behind it; or
        /// null.
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
}
