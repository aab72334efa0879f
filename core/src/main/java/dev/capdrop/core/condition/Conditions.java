package dev.capdrop.core.condition;

import static dev.capdrop.core.condition.ConditionResult.ERROR;
import static dev.capdrop.core.condition.ConditionResult.FAILED;
import static dev.capdrop.core.condition.ConditionResult.SUCCEEDED;
import static dev.capdrop.core.condition.ConditionResult.UNDECIDED;

import dev.capdrop.core.capability.Capability;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The rules for one condition and for a list of them.
///
/// Source: systemd's `condition_test` and `condition_test_list`.
public final class Conditions {
    private Conditions() {}

    /// Tests one condition; UNDECIDED for a type whose facts this program does not have.
    public static ConditionResult test(Condition condition, Machine machine) {
        ConditionType type = ConditionType.named(condition.type());
        ConditionResult raw = type == null ? UNDECIDED : type.test(machine, condition.parameter());
        return condition.negate() ? negated(raw) : raw;
    }

    /// The capability that this condition asks for; null when it asks for something else, or names
    /// none.
    public static @Nullable Capability capability(Condition condition) {
        return condition.type().equals("Capability")
                ? ConditionType.capability(condition.parameter())
                : null;
    }

    /// What a list comes to, three-valued: every non-trigger must hold, and of the triggers one. An
    /// empty list holds.
    ///
    /// The order does not matter here: systemd stops at the first non-trigger that does not hold,
    /// which can only shorten the walk.
    ///
    /// @param result what each single condition comes to
    /// @return SUCCEEDED, FAILED or UNDECIDED
    public static ConditionResult list(
            List<Condition> conditions, Function<Condition, ConditionResult> result) {
        boolean undecided = false;
        boolean triggers = false;
        boolean triggered = false;
        boolean triggerUndecided = false;
        for (Condition condition : conditions) {
            ConditionResult one = result.apply(condition);
            if (condition.trigger()) {
                triggers = true;
                triggered |= one == SUCCEEDED;
                triggerUndecided |= one == UNDECIDED;
            } else if (one == FAILED || one == ERROR) {
                return FAILED;
            } else {
                undecided |= one != SUCCEEDED;
            }
        }
        if (triggers && !triggered && !triggerUndecided) {
            return FAILED;
        }
        return undecided || (triggers && !triggered) ? UNDECIDED : SUCCEEDED;
    }

    private static ConditionResult negated(ConditionResult raw) {
        return switch (raw) {
            case SUCCEEDED -> FAILED;
            case FAILED -> SUCCEEDED;
            case UNTESTED, ERROR, UNDECIDED -> raw;
        };
    }
}
