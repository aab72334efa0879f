package dev.capdrop.core.explanation;

import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitLinks;
import dev.capdrop.core.snapshot.UnitState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The dependencies of units, seen from the unit that is named in them (systemd.unit(5), "Mapping
/// of unit properties to their inverses").
final class Relations {
    private static final Map<String, Function<UnitLinks, List<String>>> KINDS = kinds();

    private Relations() {}

    private static Map<String, Function<UnitLinks, List<String>>> kinds() {
        Map<String, Function<UnitLinks, List<String>>> kinds = new LinkedHashMap<>();
        kinds.put("BoundBy", UnitLinks::bindsTo);
        kinds.put("RequisiteOf", UnitLinks::requisite);
        kinds.put("RequiredBy", UnitLinks::requires);
        kinds.put("UpheldBy", UnitLinks::upholds);
        kinds.put("WantedBy", UnitLinks::wants);
        kinds.put("Triggers", UnitLinks::triggeredBy);
        return kinds;
    }

    /// The units that name this one, each with the strongest of its dependencies.
    static List<Relation> of(String name, Systemd systemd) {
        List<Relation> relations = new ArrayList<>();
        for (Map.Entry<String, Function<UnitLinks, List<String>>> kind : KINDS.entrySet()) {
            for (UnitState other : systemd.units()) {
                UnitDetail detail = other.detail();
                boolean named =
                        detail != null && kind.getValue().apply(detail.links()).contains(name);
                boolean known = relations.stream().anyMatch(r -> r.unit().equals(other.name()));
                if (named && !known) {
                    relations.add(new Relation(other.name(), kind.getKey(), Outcome.of(other)));
                }
            }
        }
        return relations;
    }
}
