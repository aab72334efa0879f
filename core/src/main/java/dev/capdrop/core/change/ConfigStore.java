package dev.capdrop.core.change;

import java.io.IOException;

/// The port to the file that a change edits. Contents are strings of bytes, one char of 0 to 255
/// for each.
public interface ConfigStore {
    String read(String path) throws IOException;

    /// Replaces the file's content as a whole: after a crash at any moment the file is the old one
    /// or the new one. Owner and mode are kept. What an interrupted call has left beside the file
    /// is removed, also where both contents are the same and nothing is written.
    ///
    /// @param expected what the file must still hold
    /// @throws ChangedException when it holds something else; nothing was written
    void replace(String path, String expected, String content) throws IOException;

    /// Replaces the file's content by what an edit makes of it. Where other programs take a lock to
    /// write, it is held meanwhile, so that none of these comes in between, however often it
    /// writes.
    ///
    /// @throws ChangedException when a program that takes none came in between; nothing was written
    default void edit(String path, Edit edit) throws IOException {
        String current = read(path);
        replace(path, current, edit.of(current));
    }

    /// Makes another content of a file's content.
    @FunctionalInterface
    interface Edit {
        /// Returns the new content.
        ///
        /// @throws IOException when there is none; nothing is written
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

    /// The port to a file that all containers of a host share. It need not be there: no file and an
    /// empty content are the same.
    interface SharedConfigStore extends ConfigStore {
        /// Removes the folder that holds the file, and what an interrupted call that was about to
        /// make either has left; a folder that holds anything else stays.
        void removeEmptyFolder(String path) throws IOException;
    }
}
