package dev.capdrop.core.unit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The port to the root directory that unit files are read from. Paths are absolute, and of the
/// container. Nothing throws: what cannot be read is told by [FileText.Unreadable], or is not
/// there.
public interface UnitTree {
    /// The names in a directory, without `.` and `..`, symlinks on the way followed; empty where
    /// there is no directory.
    List<String> list(String directory);

    /// The target, as written, of the symlink that stands just there; null where none does.
    @Nullable String link(String path);

    /// The content of a regular file, symlinks followed.
    FileText read(String path);

    /// Whether an empty regular file stands there, symlinks followed.
    boolean isEmpty(String path);

    /// Whether a regular file with an execute bit stands there, symlinks followed.
    boolean executable(String path);

    /// What reading a file came to.
    sealed interface FileText {
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
}
