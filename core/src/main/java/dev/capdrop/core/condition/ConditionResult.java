package dev.capdrop.core.condition;

import org.jspecify.annotations.Nullable;

/// What one condition, or a list of them, comes to. The first four are systemd's own.
public enum ConditionResult {
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
    static ConditionResult of(@Nullable Boolean holds) {
        return holds == null ? UNDECIDED : holds ? SUCCEEDED : FAILED;
    }

    /// The same under `!`, which leaves an error an error.
    ConditionResult negated() {
        return switch (this) {
            case SUCCEEDED -> FAILED;
            case FAILED -> SUCCEEDED;
            case UNTESTED, ERROR, UNDECIDED -> this;
        };
    }

    /// From the state that systemd sends over D-Bus: positive held, negative failed, zero untested.
    public static ConditionResult ofState(int state) {
        return state > 0 ? SUCCEEDED : state < 0 ? FAILED : UNTESTED;
    }
}
