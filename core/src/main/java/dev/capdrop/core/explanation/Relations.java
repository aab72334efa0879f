package dev.capdrop.core.explanation;

import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The dependencies of units, seen from the unit that is named in them (systemd.unit(5), "Mapping
/// of unit properties to their inverses").
final class Relations {
    private static final List<Dependency> KINDS =
            List.of(
                    Dependency.BINDS_TO,
                    Dependency.REQUISITE,
                    Dependency.REQUIRES,
                    Dependency.UPHOLDS,
                    Dependency.WANTS,
                    Dependency.TRIGGERED_BY);

    private Relations() {}

    static List<UnitExplanation.Relation> of(String name, Systemd systemd, TimeLimit time) {
        List<UnitExplanation.Relation> relations = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (Dependency kind : KINDS) {
            for (UnitState other : systemd.units()) {
                time.check();
                boolean named = other.detail().dependencies().of(kind).contains(name);
                if (named && known.add(other.name())) {
                    relations.add(
                            new UnitExplanation.Relation(other.name(), kind, Outcome.of(other)));
                }
            }
        }
        return relations;
    }
}
