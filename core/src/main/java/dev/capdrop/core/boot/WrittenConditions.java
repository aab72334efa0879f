package dev.capdrop.core.boot;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.unit.SystemFacts;
import dev.capdrop.core.unit.UnitFile.Setting;
import module java.base;

/// The conditions or assertions that a unit's files ask for, the last line first, as systemd tests
/// them (systemd.unit(5), "Conditions and Asserts").
public final class WrittenConditions {
    private WrittenConditions() {}

    /// A line, expanded, unless only the next boot tells the value of one of its specifiers.
    public record Line(Condition condition, boolean undecided) {}

    public static List<Line> of(UnitLoader.LoadedUnit unit, String family, SystemFacts facts) {
        Specifiers specifiers = new Specifiers(unit.name(), unit.fragment(), facts);
        List<Line> lines = new ArrayList<>();
        for (Setting setting : unit.settings().reversed()) {
            if (setting.section().equals("Unit") && setting.key().startsWith(family)) {
                String type = setting.key().substring(family.length());
                Boolean known = Conditions.isTested(type, facts.systemdVersion());
                if (!setting.value().isEmpty() && (known == null || known)) {
                    add(Condition.ConditionLine.parse(type, setting.value()), specifiers, lines);
                }
            }
        }
        return lines;
    }

    private static void add(Condition.ConditionLine line, Specifiers specifiers, List<Line> lines) {
        switch (specifiers.expand(line.text())) {
            case Specifiers.Expansion.Done done -> {
                Condition condition = line.condition(done.text());
                if (condition != null) {
                    lines.add(new Line(condition, false));
                }
            }
            case Specifiers.Expansion.Undecided _ -> {
                Condition as =
                        new Condition(line.type(), line.trigger(), line.negate(), line.text());
                lines.add(new Line(as, true));
            }
            // systemd leaves out such a line
            case Specifiers.Expansion.Failed _ -> {}
        }
    }
}
