package dev.capdrop.record;

/// Where a value starts in its document.
///
/// @param line from 1
/// @param column in bytes, from 1
record Place(int line, int column) {
    /// The place of a value that was never in a document.
    static final Place NONE = new Place(0, 0);
}
