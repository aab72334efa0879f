package dev.capdrop.core.forecast;

import dev.capdrop.core.unit.Dependency;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What a unit hangs on, or as much of it as is to be looked at.
final class Ties {
    /// The ways in which a unit is tied to another one, in the order in which they are looked at.
    static final List<Dependency> KINDS =
            List.of(
                    Dependency.REQUIRES,
                    Dependency.REQUISITE,
                    Dependency.BINDS_TO,
                    Dependency.AFTER,
                    Dependency.TRIGGERS,
                    Dependency.WANTS);

    /// That a unit hangs on another one.
    ///
    /// @param name the other one
    /// @param position that of the unit itself
    /// @param order which of the unit's ties this is
    /// @param kinds in which ways it names the other one, a bit for each of [#KINDS]; a socket
    ///   triggers its service
    /// @param starter whether it is a oneshot that the other one starts whenever that is itself
    ///   started again
    record Tie(String name, int position, int order, int kinds, boolean starter) {
        boolean is(Dependency kind) {
            return (kinds >> KINDS.indexOf(kind) & 1) != 0;
        }
    }

    private final Map<Dependency, List<String>> names;
    private final List<String> triggered;
    private final List<String> starters;

    /// All of a unit's.
    ///
    /// @param names what it hangs on, by kind
    /// @param triggered what it triggers
    /// @param starters what starts it, a oneshot, whenever it is itself started again
    Ties(Map<Dependency, List<String>> names, List<String> triggered, List<String> starters) {
        this.names = names;
        this.triggered = triggered;
        this.starters = starters;
    }

    /// These, in the order of the unit's own.
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

    /// The names of what it hangs on in this way.
    List<String> of(Dependency kind) {
        if (kind == Dependency.TRIGGERS) {
            return triggered;
        }
        List<String> known = names.get(kind);
        return known == null ? List.of() : known;
    }

    /// The names of what starts it, if it is a oneshot.
    List<String> starters() {
        return starters;
    }
}
