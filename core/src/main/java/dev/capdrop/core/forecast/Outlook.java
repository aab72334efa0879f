package dev.capdrop.core.forecast;

import static dev.capdrop.core.condition.ConditionResult.UNDECIDED;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.ConditionResult;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.condition.TestedCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The conditions of a unit as the next boot will find them: the rows that a bounding set or a
/// restart turns are tested again, the rest keep systemd's own result.
///
/// @param bounding PID 1's bounding set at that boot
/// @param nextBoot what a restart alone turns
/// @param netIsReadOnly whether that boot finds /proc/sys/net read-only because of the bounding set
public record Outlook(
        CapabilitySet bounding, Map<Condition, ConditionResult> nextBoot, boolean netIsReadOnly) {
    List<TestedCondition> rows(List<TestedCondition> observed) {
        List<TestedCondition> rows = new ArrayList<>(observed.size());
        for (TestedCondition row : observed) {
            rows.add(new TestedCondition(row.condition(), result(row)));
        }
        return rows;
    }

    public ConditionResult list(List<TestedCondition> observed) {
        return observed.isEmpty() ? ConditionResult.SUCCEEDED : Conditions.list(rows(observed));
    }

    /// Which of these conditions keeps the unit from starting, in words.
    String refusal(List<TestedCondition> observed) {
        List<String> triggers = new ArrayList<>();
        for (TestedCondition row : rows(observed)) {
            if (row.condition().trigger()) {
                triggers.add(row.condition().format());
            } else if (!row.result().holds() && row.result() != ConditionResult.UNTESTED) {
                return row.condition().format() + " does not hold";
            }
        }
        return triggers.size() == 1
                ? triggers.getFirst() + " does not hold"
                : "none of " + String.join(", ", triggers) + " holds";
    }

    /// The conditions that nobody has tested.
    String undecided(List<TestedCondition> observed) {
        return ofUndecided(observed, Condition::format, ", ");
    }

    /// The assertions that nobody has tested.
    String undecidedAssertions(List<TestedCondition> observed) {
        return ofUndecided(observed, Condition::formatAssertion, ", ");
    }

    /// The evidence that would settle those.
    String settledBy(List<TestedCondition> observed) {
        return ofUndecided(observed, Conditions::settledBy, " and ");
    }

    private String ofUndecided(
            List<TestedCondition> observed, Function<Condition, String> text, String between) {
        return rows(observed).stream()
                .filter(row ->
                        row.result() == ConditionResult.UNTESTED || row.result() == UNDECIDED)
                .map(row -> text.apply(row.condition()))
                .distinct()
                .collect(Collectors.joining(between));
    }

    private ConditionResult result(TestedCondition row) {
        ConditionResult byBounding = Conditions.test(row.condition(), bounding);
        if (byBounding != UNDECIDED) {
            return byBounding;
        }
        if (netIsReadOnly && RuntimeMounts.decides(row.condition())) {
            return RuntimeMounts.readOnly(row.condition());
        }
        ConditionResult byRestart = nextBoot.getOrDefault(row.condition(), UNDECIDED);
        return byRestart == UNDECIDED ? row.result() : byRestart;
    }
}
