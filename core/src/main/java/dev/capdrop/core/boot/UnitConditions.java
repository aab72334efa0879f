package dev.capdrop.core.boot;

import dev.capdrop.core.boot.ForecastBoot.Surroundings;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions;
import java.util.List;

/// A unit's conditions and assertions, each tested by itself.
record UnitConditions(List<Condition.Tested> conditions, List<Condition.Tested> asserts) {
    static final UnitConditions NONE = new UnitConditions(List.of(), List.of());

    static UnitConditions of(LoadedUnit unit, Surroundings surroundings) {
        return new UnitConditions(
                tested(unit, "Condition", surroundings), tested(unit, "Assert", surroundings));
    }

    List<Condition.Tested> untested() {
        return conditions.stream()
                .map(row -> new Condition.Tested(row.condition(), Condition.Result.UNTESTED))
                .toList();
    }

    private static List<Condition.Tested> tested(
            LoadedUnit unit, String family, Surroundings surroundings) {
        return WrittenConditions.of(unit, family, surroundings.facts()).stream()
                .map(line ->
                        new Condition.Tested(
                                line.condition(),
                                line.undecided()
                                        ? Condition.Result.UNDECIDED
                                        : Conditions.test(
                                                line.condition(), surroundings.machine())))
                .toList();
    }
}
