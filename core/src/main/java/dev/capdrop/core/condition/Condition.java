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

    /// A condition and what systemd found when it last started the unit.
    ///
    /// @param condition the condition
    /// @param result SUCCEEDED, FAILED or UNTESTED, with negation applied as systemd reports it
    public record Tested(Condition condition, Result result) {
        // Written out: what the run-time makes for a record, it makes anew in every run (decision
        // 6).
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Tested that
                    && condition.equals(that.condition)
                    && result == that.result;
        }

        @Override
        public int hashCode() {
            return 31 * condition.hashCode() + result.hashCode();
        }
    }

    /// What one condition, or a list of them, comes to. The first four are systemd's own.
    public enum Result {
        /// Not looked at, because an earlier one of the list had already decided.
        UNTESTED,
        SUCCEEDED,
        FAILED,
        /// The test could not be made; for the list that counts as failed.
        ERROR,
        /// This program lacks the facts to know. Never systemd's answer.
        UNDECIDED;

        /// Whether systemd lets the unit go on: only SUCCEEDED does.
        public boolean holds() {
            return this == SUCCEEDED;
        }

        /// What a test came to.
        ///
        /// @param holds null when nobody knows
        static Result of(@Nullable Boolean holds) {
            return holds == null ? UNDECIDED : holds ? SUCCEEDED : FAILED;
        }

        /// The same under `!`, which leaves an error an error.
        Result negated() {
            return switch (this) {
                case SUCCEEDED -> FAILED;
                case FAILED -> SUCCEEDED;
                case UNTESTED, ERROR, UNDECIDED -> this;
            };
        }

        /// From the state that systemd sends over D-Bus: positive held, negative failed, zero
        /// untested.
        public static Result ofState(int state) {
            return state > 0 ? SUCCEEDED : state < 0 ? FAILED : UNTESTED;
        }
    }
}
