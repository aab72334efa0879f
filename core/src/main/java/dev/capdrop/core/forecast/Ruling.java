package dev.capdrop.core.forecast;

import dev.capdrop.core.execution.Shortfall;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.forecast.Forecast.Effect.TurnedBy;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.snapshot.Outcome;

/// What a rule says of a unit.
sealed interface Ruling {
    /// What settles most of what is left undecided.
    String RESTART = "the restart itself";

    /// Its outcome is known.
    ///
    /// @param rule what says so
    /// @param by what turns it, where it is another one than before
    /// @param why none where it is the same
    record Decided(Rule rule, Outcome after, TurnedBy by, Why why) implements Ruling {}

    /// Its start fails for the drop.
    record Fails(Shortfall.Failure how) implements Ruling {}

    /// Its outcome is not known.
    ///
    /// @param rule what leaves it undecided
    /// @param byDrop whether it would be, were nothing dropped
    /// @param settledBy the evidence that would settle it
    record LeftUndecided(Rule rule, boolean byDrop, Why why, String settledBy) implements Ruling {}

    /// Its outcome is not known, because it may use what is dropped.
    record MayUse(Shortfall.Undecided what) implements Ruling {}

    /// It comes out as before.
    static Ruling same(Rule rule, Outcome before) {
        return new Decided(rule, before, TurnedBy.NOTHING, Why.NONE);
    }

    /// What its table says of a rule is why.
    static Ruling undecided(Rule rule, boolean byDrop) {
        return undecided(rule, byDrop, meaning(rule));
    }

    static Why meaning(Rule rule) {
        return Why.of(rule.row().meaning());
    }

    /// The restart alone tells.
    static Ruling undecided(Rule rule, boolean byDrop, Why why) {
        return new LeftUndecided(rule, byDrop, why, RESTART);
    }
}
