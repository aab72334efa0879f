package dev.capdrop.core.condition;

import static dev.capdrop.core.condition.ConditionResult.ERROR;
import static dev.capdrop.core.condition.ConditionResult.FAILED;
import static dev.capdrop.core.condition.ConditionResult.SUCCEEDED;
import static dev.capdrop.core.condition.ConditionResult.UNDECIDED;
import static dev.capdrop.core.condition.ConditionResult.UNTESTED;

import dev.capdrop.core.capability.Capability;
import dev.capdrop.core.capability.CapabilitySet;
import java.util.List;
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

    /// Tests a `ConditionCapability=` against a bounding set; UNDECIDED for any other type.
    public static ConditionResult test(Condition condition, CapabilitySet bounding) {
        if (!condition.type().equals("Capability")) {
            return UNDECIDED;
        }
        Capability capability = ConditionType.capability(condition.parameter());
        if (capability == null) {
            return ERROR;
        }
        ConditionResult raw = bounding.contains(capability) ? SUCCEEDED : FAILED;
        return condition.negate() ? negated(raw) : raw;
    }

    /// The capability that this condition asks for; null when it asks for something else, or names
    /// none.
    public static @Nullable Capability capability(Condition condition) {
        return condition.type().equals("Capability")
                ? ConditionType.capability(condition.parameter())
                : null;
    }

    /// The capability that the right side of a `ConditionCapability=` names, prefixes taken off;
    /// null where systemd reports an error.
    public static @Nullable Capability capabilityNamed(String parameter) {
        return ConditionType.capability(parameter);
    }

    /// What a list comes to, three-valued: every non-trigger must hold, and of the triggers one. An
    /// empty list holds. A row that is still untested leaves open what would have come of it.
    ///
    /// The order does not matter here: systemd stops at the first non-trigger that does not hold,
    /// which can only shorten the walk.
    ///
    /// @return SUCCEEDED, FAILED or UNDECIDED
    public static ConditionResult list(List<TestedCondition> rows) {
        boolean open = false;
        boolean triggers = false;
        boolean triggered = false;
        boolean triggerOpen = false;
        for (TestedCondition row : rows) {
            boolean unknown = row.result() == UNDECIDED || row.result() == UNTESTED;
            if (row.condition().trigger()) {
                triggers = true;
                triggered |= row.result() == SUCCEEDED;
                triggerOpen |= unknown;
            } else if (unknown) {
                open = true;
            } else if (row.result() != SUCCEEDED) {
                return FAILED;
            }
        }
        if (triggers && !triggered && !triggerOpen) {
            return FAILED;
        }
        return open || (triggers && !triggered) ? UNDECIDED : SUCCEEDED;
    }

    private static ConditionResult negated(ConditionResult raw) {
        return switch (raw) {
            case SUCCEEDED -> FAILED;
            case FAILED -> SUCCEEDED;
            case UNTESTED, ERROR, UNDECIDED -> raw;
        };
    }
}
