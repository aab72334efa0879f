package dev.capdrop.core.boot;

import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Services of one boot that may want the same address, so that in each boot another one of them
/// fails: their packages have the services' names, and provide the same.
///
/// Source: Debian Policy 7.5, "Virtual packages - Provides", and its list of their names: a web
/// server is a `httpd`.
final class Rivals {
    /// The most rivals of each: a container that has thousands was made to keep us busy.
    private static final int MOST = 20;

    private Rivals() {}

    static Map<String, List<String>> of(
            Map<String, Outcome> outcomes, Map<String, Set<String>> provides) {
        Map<String, Set<String>> byRole = new HashMap<>();
        for (String unit : outcomes.keySet()) {
            if (outcomes.get(unit) == Outcome.STARTED && UnitName.type(unit) == UnitType.SERVICE) {
                for (String role : provides.getOrDefault(UnitName.withoutType(unit), Set.of())) {
                    byRole.computeIfAbsent(role, _ -> new TreeSet<>()).add(unit);
                }
            }
        }
        Map<String, Set<String>> rivals = new TreeMap<>();
        for (Set<String> units : byRole.values()) {
            List<String> first = units.stream().limit(MOST + 1L).toList();
            for (String unit : units) {
                Set<String> others = rivals.computeIfAbsent(unit, _ -> new TreeSet<>());
                others.addAll(first);
                others.remove(unit);
            }
        }
        rivals.values().removeIf(Set::isEmpty);
        return rivals.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey,
                                its -> its.getValue().stream().limit(MOST).toList()));
    }
}
