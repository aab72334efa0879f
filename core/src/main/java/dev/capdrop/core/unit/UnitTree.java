package dev.capdrop.core.unit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The port to the root directory of unit files, whose absolute paths are the container's. Nothing
/// throws.
public interface UnitTree {
    /// Returns the names in a directory, but `.` and `..`, symlinks followed; empty for none.
    List<String> list(String directory);

    /// Returns the target, as written, of the symlink at just this path; null where there is none.
    @Nullable String link(String path);

    /// Returns the content of a regular file, symlinks followed.
    FileText read(String path);

    /// Whether the path is an empty regular file, symlinks followed.
    boolean isEmpty(String path);

    /// Whether the path is a regular file with an execute bit, symlinks followed.
    boolean executable(String path);

    sealed interface FileText {
        /// A regular file's text, with U+FFFD for bytes that are not UTF-8.
        record Text(String text) implements FileText {}

        /// There is no file, or a symlink that leads nowhere.
        record Missing() implements FileText {}

        /// A path that is not read: no regular file, too large, or refused; `why` names the file.
        record Unreadable(String why) implements FileText {}
    }
}
