package dev.capdrop.core.forecast;

import dev.capdrop.core.unit.Dependency;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a unit hangs on, or as much of it as is to be looked at.
final class Ties {
    /// How one unit hangs on another.
    enum Kind {
        REQUIRES(Dependency.REQUIRES),
        REQUISITE(Dependency.REQUISITE),
        BINDS_TO(Dependency.BINDS_TO),
        AFTER(Dependency.AFTER),
        /// As a socket does on a service that it starts.
        TRIGGERS(Dependency.TRIGGERS),
        /// As a oneshot does on what starts it whenever that is itself started again.
        STARTED_BY(Dependency.WANTS);

        /// As systemd knows it.
        private final Dependency dependency;

        Kind(Dependency dependency) {
            this.dependency = dependency;
        }

        Dependency dependency() {
            return dependency;
        }
    }

    /// That a unit hangs on another one.
    ///
    /// @param name the other one
    /// @param position that of the unit itself
    /// @param order which of the unit's ties this is
    /// @param kinds in which ways
    record Tie(String name, int position, int order, Set<Kind> kinds) {}

    private final Map<Kind, List<String>> names = new EnumMap<>(Kind.class);

    /// These, in the order of the unit's own.
    static Ties of(List<Tie> some) {
        Ties ties = new Ties();
        some.stream()
                .sorted(Comparator.comparingInt(Tie::order))
                .forEach(tie -> tie.kinds.forEach(kind -> ties.add(kind, tie.name)));
        return ties;
    }

    /// All of a unit's, by kind.
    static Ties all(Map<Kind, List<String>> names) {
        Ties ties = new Ties();
        ties.names.putAll(names);
        return ties;
    }

    private void add(Kind kind, String name) {
        names.computeIfAbsent(kind, _ -> new ArrayList<>()).add(name);
    }

    /// The names of what it hangs on in this way.
    List<String> of(Kind kind) {
        return names.getOrDefault(kind, List.of());
    }
}
