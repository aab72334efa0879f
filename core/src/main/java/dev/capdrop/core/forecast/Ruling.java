package dev.capdrop.core.forecast;

import dev.capdrop.core.execution.Shortfalls.Shortfall;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.forecast.Forecast.Effect.TurnedBy;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.snapshot.Outcome;

/// The word of a rule about a unit.
sealed interface Ruling {
    String RESTART = "the restart itself";

    /// A known outcome.
    record Decided(Rule rule, Outcome after, TurnedBy by, Why why) implements Ruling {}

    record Fails(Shortfall.Failure how) implements Ruling {}

    /// An outcome that is not known.
    record LeftUndecided(Rule rule, boolean byDrop, Why why, String settledBy) implements Ruling {}

    /// A use of what is missing; `byDrop`: whether its outcome is known but for that.
    record MayUse(Shortfall.Undecided what, boolean byDrop) implements Ruling {}

    static Ruling same(Rule rule, Outcome before) {
        return new Decided(rule, before, TurnedBy.NOTHING, Why.NONE);
    }

    static Ruling undecided(Rule rule, boolean byDrop) {
        return undecided(rule, byDrop, meaning(rule));
    }

    static Why meaning(Rule rule) {
        return Why.of(rule.row().meaning());
    }

    static Ruling undecided(Rule rule, boolean byDrop, Why why) {
        return new LeftUndecided(rule, byDrop, why, RESTART);
    }
}
