package dev.capdrop.core.container;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The port to the files of a configuration. Contents are strings of bytes, one char of 0 to 255
/// for each.
public interface ConfigSource {
    /// The content of the file at this absolute path, or null when it cannot be read.
    @Nullable String read(String path);

    /// The absolute paths of the files that liblxc reads from this directory, in its order; null
    /// when there is no such directory.
    ///
    /// @param directory an absolute path with a trailing slash
    @Nullable List<String> list(String directory);

    /// What the liblxc that starts these containers says of a key that no table of ours decides.
    ///
    /// @param key such as `lxc.environment.runtime`
    /// @param cleared whether its value is empty
    default KeyAnswer asked(String key, boolean cleared) {
        return KeyAnswer.NOT_KNOWN;
    }

    /// What an installed liblxc makes of a key.
    enum KeyAnswer {
        LOADS,
        /// It refuses the whole configuration for it.
        REFUSED,
        /// There is none, or it could not be asked.
        NOT_KNOWN
    }
}
