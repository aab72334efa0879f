package dev.capdrop.core.unit;

import module java.base;

/// The dependencies of one unit, in systemd's order; of `Conflicts=` without shutdown.target, which
/// no boot starts.
public record Dependencies(Map<Dependency, List<String>> byKind) {
    private static final String AT_THE_END = "shutdown.target";
    public static final Dependencies NONE = new Dependencies(Map.of());

    public Dependencies {
        Map<Dependency, List<String>> held = new EnumMap<>(Dependency.class);
        byKind.forEach((kind, names) -> {
            List<String> kept =
                    kind == Dependency.CONFLICTS
                            ? names.stream().filter(name -> !name.equals(AT_THE_END)).toList()
                            : names;
            if (!kept.isEmpty()) {
                held.put(kind, List.copyOf(kept));
            }
        });
        byKind = Collections.unmodifiableMap(held);
    }

    public Dependencies with(Dependency kind, Collection<String> names) {
        Map<Dependency, List<String>> more = new EnumMap<>(Dependency.class);
        more.putAll(byKind);
        more.put(kind, List.copyOf(names));
        return new Dependencies(more);
    }

    public Dependencies with(Dependency kind, String... names) {
        return with(kind, List.of(names));
    }

    public List<String> of(Dependency kind) {
        List<String> names = byKind.get(kind);
        return names == null ? List.of() : names;
    }

    /// Returns the units that may keep this one from being active ([Dependency#keeping]).
    public List<String> keeping() {
        return all(Dependency.keeping());
    }

    public List<String> pulledIn() {
        return all(Dependency.pulling());
    }

    private List<String> all(List<Dependency> kinds) {
        Set<String> names = new LinkedHashSet<>();
        kinds.forEach(kind -> names.addAll(of(kind)));
        return List.copyOf(names);
    }

    /// Collects dependencies; the names come out sorted.
    public static final class Builder {
        private final Map<Dependency, Set<String>> byKind = new EnumMap<>(Dependency.class);

        public Builder() {}

        public void add(Dependency kind, String unit) {
            byKind.computeIfAbsent(kind, _ -> new TreeSet<>()).add(unit);
        }

        public void addAll(Dependency kind, Iterable<String> units) {
            units.forEach(unit -> add(kind, unit));
        }

        public boolean has(Dependency kind, String unit) {
            return byKind.getOrDefault(kind, Set.of()).contains(unit);
        }

        public List<String> of(Dependency kind) {
            return List.copyOf(byKind.getOrDefault(kind, Set.of()));
        }

        public Dependencies build() {
            Map<Dependency, List<String>> named = new EnumMap<>(Dependency.class);
            byKind.forEach((kind, names) -> named.put(kind, new ArrayList<>(names)));
            return new Dependencies(named);
        }
    }

    /// Schedules looks at units in their order, round after round, until nothing changes any more;
    /// from the second round on, only those that depend on something that has changed since: a
    /// chain of n units takes n looks in place of n rounds of n.
    public static final class Rounds {
        private static final int DONE = -1;

        private final BitSet open = new BitSet();
        private int at = DONE;

        public Rounds(int units) {
            open.set(0, units);
        }

        /// Returns the position of the next unit to look at; -1 when there is none.
        public int next() {
            int next = open.nextSetBit(at + 1);
            at = next == DONE ? open.nextSetBit(0) : next;
            if (at != DONE) {
                open.clear(at);
            }
            return at;
        }

        /// Schedules the unit at this position again: in this round, if its turn is still to come.
        public void again(int position) {
            open.set(position);
        }
    }
}
