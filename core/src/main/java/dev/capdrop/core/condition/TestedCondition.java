package dev.capdrop.core.condition;

import org.jspecify.annotations.Nullable;

/// A condition and what systemd found when it last started the unit.
///
/// @param condition the condition
/// @param result SUCCEEDED, FAILED or UNTESTED, with negation applied as systemd reports it
public record TestedCondition(Condition condition, ConditionResult result) {
    // Written out: what the run-time makes for a record, it makes anew in every run (decision 6).
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TestedCondition that
                && condition.equals(that.condition)
                && result == that.result;
    }

    @Override
    public int hashCode() {
        return 31 * condition.hashCode() + result.hashCode();
    }
}
