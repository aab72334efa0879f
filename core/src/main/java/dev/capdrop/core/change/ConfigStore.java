package dev.capdrop.core.change;

import java.io.IOException;

/// The port to the file that a change edits. Contents are strings of bytes, chars of 0 to 255.
public interface ConfigStore {
    String read(String path) throws IOException;

    /// Replaces the file's content as a whole, so that a crash leaves the old file or the new one;
    /// owner and mode are kept, and what an interrupted call has left is removed.
    ///
    /// @param expected what the file must still hold
    /// @throws ChangedException when it holds something else; nothing was written
    void replace(String path, String expected, String content) throws IOException;

    /// Replaces the file's content by what an edit makes of it, and holds the lock that other
    /// programs take to write it, if there is one.
    ///
    /// @throws ChangedException when a program that takes none came in between; nothing was written
    default void edit(String path, Edit edit) throws IOException {
        String current = read(path);
        replace(path, current, edit.of(current));
    }

    /// A function from a file's content to its new one; nothing is written when it throws.
    @FunctionalInterface
    interface Edit {
        String of(String current) throws IOException;
    }

    /// The file was changed by somebody else since it was read; nothing was written.
    final class ChangedException extends IOException {
        private static final long serialVersionUID = 1L;

        public ChangedException(String path) {
            super(
                    "'%s' was changed by somebody else in the meantime; nothing was written, run capdrop again"
                            .formatted(path));
        }
    }

    /// The port to a file that all containers of a host share; no file is an empty one.
    interface SharedConfigStore extends ConfigStore {
        /// Removes the file's folder and what an interrupted call has left, unless it holds more.
        void removeEmptyFolder(String path) throws IOException;
    }
}
