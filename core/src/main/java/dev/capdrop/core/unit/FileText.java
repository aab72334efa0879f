package dev.capdrop.core.unit;

/// What reading a file came to.
public sealed interface FileText {
    /// A regular file.
    ///
    /// @param text its content; what is not UTF-8 is U+FFFD
    record Text(String text) implements FileText {}

    /// Nothing stands there, or a symlink that leads nowhere.
    record Missing() implements FileText {}

    /// Something that is not read: no regular file, too large, or refused.
    ///
    /// @param why one sentence fragment that names the file
    record Unreadable(String why) implements FileText {}
}
