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
    /// That a unit hangs on another one.
    ///
    /// @param name the other one
    /// @param position that of the unit itself
    /// @param order which of the unit's ties this is
    /// @param kinds in which ways it names the other one; a socket triggers its service
    /// @param starter whether it is a oneshot that the other one starts whenever that is itself
    ///   started again
    record Tie(String name, int position, int order, Set<Dependency> kinds, boolean starter) {}

    private final Map<Dependency, List<String>> names;
    private final List<String> starters;

    /// All of a unit's.
    ///
    /// @param names what it hangs on, by kind
    /// @param starters what starts it, a oneshot, whenever it is itself started again
    Ties(Map<Dependency, List<String>> names, List<String> starters) {
        this.names = names;
        this.starters = starters;
    }

    /// These, in the order of the unit's own.
    static Ties of(List<Tie> some) {
        Map<Dependency, List<String>> names = new EnumMap<>(Dependency.class);
        List<String> starters = new ArrayList<>();
        for (Tie tie : some.stream().sorted(Comparator.comparingInt(Tie::order)).toList()) {
            for (Dependency kind : tie.kinds) {
                names.computeIfAbsent(kind, _ -> new ArrayList<>()).add(tie.name);
            }
            if (tie.starter) {
                starters.add(tie.name);
            }
        }
        return new Ties(names, starters);
    }

    /// The names of what it hangs on in this way.
    List<String> of(Dependency kind) {
        return names.getOrDefault(kind, List.of());
    }

    /// The names of what starts it, if it is a oneshot.
    List<String> starters() {
        return starters;
    }
}
