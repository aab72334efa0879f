package dev.capdrop.core.forecast;

import dev.capdrop.core.execution.Why;
import dev.capdrop.core.rule.GeneralRule;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.snapshot.Outcome;

/// What the next boot makes of one unit, definitely.
///
/// @param rule what decided
/// @param unit its name
/// @param before what the snapshot shows
/// @param after what the boot will make of it
/// @param turnedBy what turns it
/// @param reason why; none for a unit that does not change
/// @param status the exit status that systemd itself will give a unit that fails, systemd.exec(5),
///   "Process Exit Codes"; 0 where it gives none
public record Effect(
        Rule rule,
        String unit,
        Outcome before,
        Outcome after,
        TurnedBy turnedBy,
        Why reason,
        int status) {
    /// What makes a unit's outcome differ from the last boot's.
    public enum TurnedBy {
        NOTHING,
        /// Capabilities that the container will no longer hold.
        DROP,
        /// That AppArmor lets the container mount inside.
        NESTING,
        /// The restart alone.
        RESTART
    }

    /// Why, as a sentence fragment; empty for a unit that does not change.
    public String why() {
        return reason.text();
    }

    /// Whether it stays as it is because a record of it has settled that it goes on without what it
    /// might use.
    public boolean isSettledByRecord() {
        return !changes() && !(rule instanceof GeneralRule);
    }

    public boolean changes() {
        return before != after;
    }
}
