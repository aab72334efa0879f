package dev.capdrop.record;

/// The place of a value in its document, as one number: a document has millions of values.
final class Place {
    /// The place of a value that was never in a document.
    static final long NONE = 0;

    /// Returns the place on a line, from 1, at a column in bytes, from 1.
    static long at(int line, int column) {
        return (long) line << Integer.SIZE | column;
    }

    static String text(long place) {
        return "line " + (place >>> Integer.SIZE) + ", column " + (int) place;
    }
}
