package dev.capdrop.core.condition;

import org.jspecify.annotations.Nullable;

/// One `Condition…=` or `Assert…=` line, parsed.
///
/// @param type the name without `Condition` or `Assert`, as in `Capability`, `PathExists`
/// @param trigger whether it was written with `|`: of all triggers one must hold
/// @param negate whether it was written with `!`
/// @param parameter the right side, specifiers expanded
public record Condition(String type, boolean trigger, boolean negate, String parameter) {
    /// The line as one would write it, `ConditionCapability=!CAP_SYS_RAWIO`.
    public String format() {
        return format("Condition");
    }

    /// The same as an assertion, `AssertCapability=!CAP_SYS_RAWIO`.
    public String formatAssertion() {
        return format("Assert");
    }

    private String format(String family) {
        return family + type + "=" + (trigger ? "|" : "") + (negate ? "!" : "") + parameter;
    }

    // Written out: what the run-time makes for a record, it makes anew in every run (decision 6).
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Condition that
                && type.equals(that.type)
                && trigger == that.trigger
                && negate == that.negate
                && parameter.equals(that.parameter);
    }

    @Override
    public int hashCode() {
        return 31 * type.hashCode() + parameter.hashCode();
    }
}
