package dev.capdrop.core.forecast;

import dev.capdrop.core.unit.Dependency;
import module java.base;

/// The ties of a unit, or as many as are to be looked at.
record Ties(Map<Dependency, List<String>> names, List<String> triggered, List<String> starters) {
    static final List<Dependency> KINDS =
            List.of(
                    Dependency.REQUIRES,
                    Dependency.REQUISITE,
                    Dependency.BINDS_TO,
                    Dependency.STOP_PROPAGATED_FROM,
                    Dependency.AFTER,
                    Dependency.TRIGGERS,
                    Dependency.WANTS);

    /// A tie of a unit to another one.
    record Tie(String name, int position, int order, int kinds, boolean starter) {
        boolean is(Dependency kind) {
            return (kinds >> KINDS.indexOf(kind) & 1) != 0;
        }
    }

    static Ties of(List<Tie> some) {
        some.sort(Comparator.comparingInt(Tie::order));
        Map<Dependency, List<String>> names = new EnumMap<>(Dependency.class);
        List<String> starters = new ArrayList<>();
        for (Tie tie : some) {
            for (int i = 0; i < KINDS.size(); i++) {
                if (tie.is(KINDS.get(i))) {
                    names.computeIfAbsent(KINDS.get(i), _ -> new ArrayList<>()).add(tie.name);
                }
            }
            if (tie.starter) {
                starters.add(tie.name);
            }
        }
        return new Ties(names, names.getOrDefault(Dependency.TRIGGERS, List.of()), starters);
    }

    List<String> of(Dependency kind) {
        return kind == Dependency.TRIGGERS ? triggered : names.getOrDefault(kind, List.of());
    }
}
