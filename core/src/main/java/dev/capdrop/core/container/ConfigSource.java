package dev.capdrop.core.container;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The port to configuration files. Contents are strings of bytes, chars of 0 to 255.
public interface ConfigSource {
    /// Returns the content of the file at this absolute path, or null when it cannot be read.
    @Nullable String read(String path);

    /// Returns the absolute paths of the files that liblxc reads from `directory`, in its order;
    /// null when there is no such directory.
    ///
    /// @param directory an absolute path with a trailing slash
    @Nullable List<String> list(String directory);

    /// Asks the installed liblxc about a key in no table of ours, with an empty value if `cleared`.
    default KeyAnswer asked(String key, boolean cleared) {
        return KeyAnswer.NOT_KNOWN;
    }

    /// Returns this source with another content of one file.
    default ConfigSource with(String path, String text) {
        return new OverlaidSource(path, text, this, false);
    }

    enum KeyAnswer {
        LOADS,
        /// liblxc refuses the whole configuration for the key.
        REFUSED,
        /// No liblxc is installed, or it could not be asked.
        NOT_KNOWN
    }
}
