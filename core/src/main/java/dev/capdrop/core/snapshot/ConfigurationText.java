package dev.capdrop.core.snapshot;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.LxcSettings;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The container's configuration: its own file and all that it includes, as strings of bytes.
///
/// @param files the contents by absolute path, the container's own file included
/// @param directories the files that liblxc reads from each included directory, in its order, by
///   the directory's path with a trailing slash
/// @param modifiedMillis the latest modification of any of these files, since the epoch
/// @param keys the installed liblxc's answers about keys of no table, by [#question]
public record ConfigurationText(
        String path,
        Map<String, String> files,
        Map<String, List<String>> directories,
        long modifiedMillis,
        Map<String, ConfigSource.KeyAnswer> keys) {
    public ConfigurationText with(String file, String content) {
        Map<String, String> changed = new HashMap<>(files);
        changed.put(file, content);
        return new ConfigurationText(path, changed, directories, modifiedMillis, keys);
    }

    /// Returns the index of a key's answer: an empty value is another question.
    public static String question(String key, boolean cleared) {
        return cleared ? key + " =" : key;
    }

    public ConfigSource asSource() {
        return new Recorded(this);
    }

    /// Returns the value of each key of a configuration; [LxcSettings#NONE] for null.
    public static LxcSettings settings(@Nullable ConfigurationText text, ConfigFormat format) {
        return text == null ? LxcSettings.NONE : format.settings(text.path, text.asSource());
    }

    private record Recorded(ConfigurationText text) implements ConfigSource {
        @Override
        public @Nullable String read(String path) {
            return text.files.get(path);
        }

        @Override
        public @Nullable List<String> list(String directory) {
            return text.directories.get(directory);
        }

        @Override
        public ConfigSource.KeyAnswer asked(String key, boolean cleared) {
            return text.keys.getOrDefault(question(key, cleared), ConfigSource.KeyAnswer.NOT_KNOWN);
        }
    }
}
