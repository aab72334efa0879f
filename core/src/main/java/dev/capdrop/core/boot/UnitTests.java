package dev.capdrop.core.boot;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.ConditionResult;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.condition.TestedCondition;
import dev.capdrop.core.unit.LoadedUnit;
import dev.capdrop.core.unit.Setting;
import dev.capdrop.core.unit.Specifiers;
import dev.capdrop.core.unit.Specifiers.Expansion;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A unit's conditions and assertions, each tested by itself, in systemd's order: the last line of
/// the files first.
///
/// Source: systemd.unit(5), "Conditions and Asserts"; systemd's `config_parse_unit_condition_path`
/// and `config_parse_unit_condition_string`.
final class UnitTests {
    private static final Pattern PREFIXES =
            Pattern.compile("(\\|?)\\s*(!?)\\s*(.*)", Pattern.DOTALL);
    private static final Pattern PATH_PREFIXES = Pattern.compile("(\\|?)(!?)(.*)", Pattern.DOTALL);

    /// Of these the right side is a path; systemd leaves out a line with any other.
    private static final Set<String> PATH_TYPES =
            Set.of(
                    "PathExists",
                    "PathExistsGlob",
                    "PathIsDirectory",
                    "PathIsSymbolicLink",
                    "PathIsMountPoint",
                    "PathIsReadWrite",
                    "PathIsEncrypted",
                    "PathIsSocket",
                    "DirectoryNotEmpty",
                    "FileNotEmpty",
                    "FileIsExecutable",
                    "NeedsUpdate");

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
        boolean path = PATH_TYPES.contains(type);
        Matcher parts = (path ? PATH_PREFIXES : PREFIXES).matcher(value);
        if (!parts.matches()) {
            return;
        }
        boolean trigger = !parts.group(1).isEmpty();
        boolean negate = !parts.group(2).isEmpty();
        switch (specifiers.expand(parts.group(3))) {
            case Expansion.Done done -> {
                Condition condition = new Condition(type, trigger, negate, done.text());
                if (!path || done.text().startsWith("/")) {
                    ConditionResult result = Conditions.test(condition, surroundings.machine());
                    tested.add(new TestedCondition(condition, result));
                }
            }
            case Expansion.Open _ ->
                    tested.add(
                            new TestedCondition(
                                    new Condition(type, trigger, negate, parts.group(3)),
                                    ConditionResult.UNDECIDED));
            // systemd leaves out such a line.
            case Expansion.Failed _ -> {}
        }
    }
}
