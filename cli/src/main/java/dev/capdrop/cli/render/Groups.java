package dev.capdrop.cli.render;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Things of which the same is to be said.
public final class Groups {
    private Groups() {}

    /// Returns what `value` makes of all that have a key, by that key, in the order of the first of
    /// each.
    public static <T, K, V> Map<K, List<V>> of(
            Iterable<T> all, Function<T, K> key, Function<T, V> value) {
        Map<K, List<V>> groups = new LinkedHashMap<>();
        for (T one : all) {
            groups.computeIfAbsent(key.apply(one), _ -> new ArrayList<>()).add(value.apply(one));
        }
        return groups;
    }
}
