package dev.capdrop.core.forecast;

import dev.capdrop.core.execution.Reason;
import dev.capdrop.core.execution.Shortfall;
import dev.capdrop.core.forecast.Effect.TurnedBy;
import dev.capdrop.core.snapshot.Outcome;

/// What a rule says of a unit.
sealed interface Ruling {
    /// What settles most of what is left open.
    String RESTART = "the restart itself";

    /// Its outcome is known.
    ///
    /// @param by what turns it, where it is another one than before
    /// @param why none where it is the same
    record Decided(Outcome after, TurnedBy by, Reason why) implements Ruling {}

    /// Its start fails for the drop.
    record Fails(Shortfall.Failure how) implements Ruling {}

    /// Its outcome is not known.
    ///
    /// @param byDrop whether it would be, were nothing dropped
    /// @param settledBy the evidence that would settle it
    record Open(boolean byDrop, Reason why, String settledBy) implements Ruling {}

    /// Its outcome is not known, because it may use what is dropped.
    record MayUse(Shortfall.Open what) implements Ruling {}

    /// It comes out as before.
    static Ruling same(Outcome before) {
        return new Decided(before, TurnedBy.NOTHING, Reason.NONE);
    }

    /// The restart alone tells.
    static Ruling open(boolean byDrop, String why) {
        return open(byDrop, Reason.of(why));
    }

    /// The same.
    static Ruling open(boolean byDrop, Reason why) {
        return new Open(byDrop, why, RESTART);
    }
}
