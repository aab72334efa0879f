package dev.capdrop.core.container;

import dev.capdrop.core.container.ConfigSource.KeyAnswer;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The port to configuration files. Contents are strings of bytes, chars of 0 to 255.
public interface ConfigSource {
    /// Returns the content of the file at this absolute path, or null when it cannot be read.
    @Nullable String read(String path);

    /// Returns the absolute paths of the files that liblxc reads from `directory`, which ends in a
    /// slash, in its order; null when there is no such directory.
    @Nullable List<String> list(String directory);

    /// Asks the installed liblxc about a key in no table of ours, with an empty value if `cleared`.
    default KeyAnswer asked(String key, boolean cleared) {
        return KeyAnswer.NOT_KNOWN;
    }

    default ConfigSource with(String path, String text) {
        return new Overlaid(path, text, this, false);
    }

    enum KeyAnswer {
        LOADS,
        /// liblxc refuses the whole configuration for the key.
        REFUSED,
        NOT_KNOWN
    }

    /// A source in which one file is replaced or added, `first` or last in its directory, for
    /// readdir(3) has no order.
    record Overlaid(String path, String text, ConfigSource rest, boolean first)
            implements ConfigSource {
        public Overlaid {
            path = plain(path);
        }

        @Override
        public @Nullable String read(String other) {
            return isIt(other) ? text : rest.read(other);
        }

        @Override
        public @Nullable List<String> list(String directory) {
            List<String> members = rest.list(directory);
            boolean there = members != null && members.stream().anyMatch(this::isIt);
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (there || !path.endsWith(".conf") || !isIt(directory + name)) {
                return members;
            }
            List<String> with = new ArrayList<>(members == null ? List.of() : members);
            with.add(first ? 0 : with.size(), path);
            return with;
        }

        @Override
        public KeyAnswer asked(String key, boolean cleared) {
            return rest.asked(key, cleared);
        }

        private boolean isIt(String other) {
            return plain(other).equals(path);
        }

        private static String plain(String path) {
            return path.replaceAll("/+", "/");
        }
    }
}
