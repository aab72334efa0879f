package dev.capdrop.core.boot;

import dev.capdrop.core.condition.ConditionResult;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.condition.TestedCondition;
import dev.capdrop.core.load.LoadedUnit;
import java.util.ArrayList;
import java.util.List;

/// A unit's conditions and assertions, each tested by itself.
///
/// @param conditions its `Condition…=` lines
/// @param asserts its `Assert…=` lines
record UnitTests(List<TestedCondition> conditions, List<TestedCondition> asserts) {
    /// Of a unit without any such line.
    static final UnitTests NONE = new UnitTests(List.of(), List.of());

    static UnitTests of(LoadedUnit unit, Surroundings surroundings) {
        return new UnitTests(
                tested(unit, "Condition", surroundings), tested(unit, "Assert", surroundings));
    }

    /// The conditions of a unit that something else keeps from starting.
    List<TestedCondition> untested() {
        return conditions.stream()
                .map(row -> new TestedCondition(row.condition(), ConditionResult.UNTESTED))
                .toList();
    }

    private static List<TestedCondition> tested(
            LoadedUnit unit, String family, Surroundings surroundings) {
        List<TestedCondition> tested = new ArrayList<>();
        for (WrittenConditions.Line line :
                WrittenConditions.of(unit, family, surroundings.facts())) {
            ConditionResult result =
                    line.undecided()
                            ? ConditionResult.UNDECIDED
                            : Conditions.test(line.condition(), surroundings.machine());
            tested.add(new TestedCondition(line.condition(), result));
        }
        return tested;
    }
}
