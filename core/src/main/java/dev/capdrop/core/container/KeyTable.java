package dev.capdrop.core.container;

import dev.capdrop.core.document.ResourceTable;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// A resource that lists keys by kind; lines that begin with `#` explain the kinds.
record KeyTable<K extends Enum<K>>(Map<K, Set<String>> rows) {
    static <K extends Enum<K>> KeyTable<K> read(String resource, Class<K> kinds) {
        Map<K, Set<String>> rows = new EnumMap<>(kinds);
        for (String[] cells : ResourceTable.rows("container/" + resource)) {
            K kind = ResourceTable.constant(kinds, cells[0]);
            rows.computeIfAbsent(kind, _ -> new HashSet<>()).add(cells[1]);
        }
        return new KeyTable<>(rows);
    }

    Set<String> of(K kind) {
        return rows.getOrDefault(kind, Set.of());
    }
}
