package dev.capdrop.core.change;

import java.io.IOException;

/// The port to a file that all containers of a host share. It need not be there: no file and an
/// empty content are the same.
public interface SharedConfigStore extends ConfigStore {
    /// Removes the folder that holds the file, and what an interrupted call that was about to make
    /// either has left; a folder that holds anything else stays.
    void removeEmptyFolder(String path) throws IOException;
}
