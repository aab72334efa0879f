package dev.capdrop.core.boot;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.ConditionLine;
import dev.capdrop.core.condition.ConditionResult;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.condition.TestedCondition;
import dev.capdrop.core.unit.LoadedUnit;
import dev.capdrop.core.unit.Setting;
import dev.capdrop.core.unit.Specifiers;
import dev.capdrop.core.unit.Specifiers.Expansion;
import java.util.ArrayList;
import java.util.List;

/// A unit's conditions and assertions, each tested by itself, in systemd's order: the last line of
/// the files first.
///
/// Source: systemd.unit(5), "Conditions and Asserts".
final class UnitTests {
    /// Of a unit without any such line.
    static final Results NONE = new Results(List.of(), List.of());

    private final LoadedUnit unit;
    private final Surroundings surroundings;
    private final Specifiers specifiers;

    private UnitTests(LoadedUnit unit, Surroundings surroundings) {
        this.unit = unit;
        this.surroundings = surroundings;
        this.specifiers = new Specifiers(unit.name(), unit.fragment(), surroundings.facts());
    }

    /// What the lines of one unit come to.
    record Results(List<TestedCondition> conditions, List<TestedCondition> asserts) {}

    static Results of(LoadedUnit unit, Surroundings surroundings) {
        UnitTests tests = new UnitTests(unit, surroundings);
        return new Results(tests.tested("Condition"), tests.tested("Assert"));
    }

    private List<TestedCondition> tested(String family) {
        List<TestedCondition> tested = new ArrayList<>();
        for (Setting setting : unit.settings().reversed()) {
            if (setting.section().equals("Unit") && setting.key().startsWith(family)) {
                add(setting.key().substring(family.length()), setting.value(), tested);
            }
        }
        return tested;
    }

    private void add(String type, String value, List<TestedCondition> tested) {
        Boolean known = Conditions.isTested(type, surroundings.facts().systemdVersion());
        if (value.isEmpty() || (known != null && !known)) {
            return;
        }
        ConditionLine line = ConditionLine.parse(type, value);
        switch (specifiers.expand(line.text())) {
            case Expansion.Done done -> {
                Condition condition = line.condition(done.text());
                if (condition != null) {
                    ConditionResult result = Conditions.test(condition, surroundings.machine());
                    tested.add(new TestedCondition(condition, result));
                }
            }
            case Expansion.Open _ ->
                    tested.add(
                            new TestedCondition(
                                    new Condition(type, line.trigger(), line.negate(), line.text()),
                                    ConditionResult.UNDECIDED));
            // systemd leaves out such a line.
            case Expansion.Failed _ -> {}
        }
    }
}
