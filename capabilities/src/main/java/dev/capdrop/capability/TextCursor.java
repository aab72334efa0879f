package dev.capdrop.capability;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A cursor in a text that names capabilities as libcap reads them, by C's locale `C`.
final class TextCursor {
    private static final char END = '\0';
    private static final int BINARY = 2;
    private static final int OCTAL = 8;
    private static final int DECIMAL = 10;
    private static final int HEXADECIMAL = 16;

    private final String text;
    private int index;

    TextCursor(String text) {
        this.text = text;
    }

    boolean atEnd() {
        return index >= text.length();
    }

    boolean atSpace() {
        char c = peek();
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    boolean atWord() {
        return isWord(peek());
    }

    boolean atAny(String characters) {
        return !atEnd() && characters.indexOf(peek()) >= 0;
    }

    /// Returns the next character, NUL at the end.
    char peek() {
        return atEnd() ? END : text.charAt(index);
    }

    char next() {
        char c = peek();
        index++;
        return c;
    }

    boolean take(char c) {
        boolean found = !atEnd() && peek() == c;
        index += found ? 1 : 0;
        return found;
    }

    /// Skips a whole word, given in lower case, whatever its case.
    boolean takeWord(String word) {
        int end = index + word.length();
        boolean found =
                text.regionMatches(true, index, word, 0, word.length())
                        && (end == text.length() || !isWord(text.charAt(end)));
        index = found ? end : index;
        return found;
    }

    void skipSpace() {
        while (atSpace()) {
            index++;
        }
    }

    /// Parses a capability by libcap's name, in any case, or by its number as strtoul(3) reads one.
    Capability capability(String expected) {
        int start = index;
        Capability found = isDigit(peek()) ? numbered() : named();
        if (found == null) {
            index = start;
            throw unexpected(expected);
        }
        return found;
    }

    CapabilitySyntaxException unexpected(String expected) {
        return CapabilitySyntaxException.at(text, index, expected);
    }

    private @Nullable Capability named() {
        int end = index;
        while (end < text.length() && (isLetter(text.charAt(end)) || text.charAt(end) == '_')) {
            end++;
        }
        String name = text.substring(index, end).toLowerCase(Locale.ROOT);
        index = end;
        return name.startsWith("cap_") ? Capability.named(name) : null;
    }

    private @Nullable Capability numbered() {
        int radix = radix();
        int number = 0;
        while (!atEnd() && digit(peek()) < radix) {
            number = Math.min(number * radix + digit(next()), Capability.MAX_NUMBER + 1);
        }
        return number > Capability.MAX_NUMBER ? null : new Capability(number);
    }

    /// Returns the radix; a prefix with no digit of its kind behind it is a 0 and a letter.
    private int radix() {
        if (peek() != '0') {
            return DECIMAL;
        }
        int radix =
                switch (charAt(index + 1)) {
                    case 'x', 'X' -> HEXADECIMAL;
                    case 'b', 'B' -> BINARY;
                    default -> OCTAL;
                };
        if (radix != OCTAL && digit(charAt(index + 2)) < radix) {
            index += 2;
            return radix;
        }
        return OCTAL;
    }

    private char charAt(int place) {
        return place < text.length() ? text.charAt(place) : END;
    }

    /// Returns the value of a digit; more than any radix for another character.
    private static int digit(char c) {
        int value = c < 0x80 ? Character.digit(c, HEXADECIMAL) : -1;
        return value < 0 ? Integer.MAX_VALUE : value;
    }

    private static boolean isWord(char c) {
        return isLetter(c) || isDigit(c) || c == '_';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
