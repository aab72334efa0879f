package dev.capdrop.core.container;

import dev.capdrop.core.container.ConfigSource.KeyAnswer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A source in which one file is replaced or added.
///
/// @param first whether a new file comes before the others of its directory or after them, which
///   nobody knows before it exists (readdir(3))
record OverlaidSource(String path, String text, ConfigSource rest, boolean first)
        implements ConfigSource {
    private static final String INCLUDED = ".conf";

    OverlaidSource {
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
        if (there || !path.endsWith(INCLUDED) || !isIt(directory + name())) {
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

    private String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private boolean isIt(String other) {
        return plain(other).equals(path);
    }

    private static String plain(String path) {
        return path.replaceAll("/+", "/");
    }
}
