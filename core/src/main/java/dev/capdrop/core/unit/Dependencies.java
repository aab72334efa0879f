package dev.capdrop.core.unit;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The dependencies of one unit.
public final class Dependencies {
    private final Map<Dependency, Set<String>> byKind = new EnumMap<>(Dependency.class);

    Dependencies() {}

    void add(Dependency kind, String unit) {
        byKind.computeIfAbsent(kind, k -> new TreeSet<>()).add(unit);
    }

    void addAll(Dependency kind, Iterable<String> units) {
        units.forEach(unit -> add(kind, unit));
    }

    /// Whether it names `unit` so.
    public boolean has(Dependency kind, String unit) {
        return byKind.getOrDefault(kind, Set.of()).contains(unit);
    }

    /// The units that it names so, sorted.
    public List<String> of(Dependency kind) {
        return List.copyOf(byKind.getOrDefault(kind, Set.of()));
    }
}
