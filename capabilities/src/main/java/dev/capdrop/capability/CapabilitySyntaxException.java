package dev.capdrop.capability;

import java.util.Locale;

/// Thrown when a text or an attribute does not follow its notation; says where.
public final class CapabilitySyntaxException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /// The most characters of the input that a message quotes.
    private static final int QUOTED = 24;

    private final int column;

    /// Makes the exception; a column counts from 1, characters of a text or bytes of an attribute.
    public CapabilitySyntaxException(int column, String reason) {
        super("column " + column + ": " + reason);
        this.column = column;
    }

    /// Returns the exception for a text that does not go on as it must at this index.
    static CapabilitySyntaxException at(String text, int index, String expected) {
        return new CapabilitySyntaxException(
                index + 1, "found " + found(text, index) + ", expected " + expected);
    }

    public int column() {
        return column;
    }

    private static String found(String text, int index) {
        if (index >= text.length()) {
            return "the end";
        }
        String rest = text.substring(index);
        return rest.length() > QUOTED
                ? String.format(Locale.ROOT, "'%s...'", rest.substring(0, QUOTED))
                : "'" + rest + "'";
    }
}
