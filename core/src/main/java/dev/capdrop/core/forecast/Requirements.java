package dev.capdrop.core.forecast;

import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.Dependency.Consequence;
import java.util.List;

/// Units that are given up because of what they hang on: the rulebook of
/// [dev.capdrop.core.unit.Dependency], where the drop has changed the other one's outcome.
record Requirements(LinkIndex links, Draft draft) {
    private static final Hanging REQUIRING = new Hanging(Dependency.REQUIRES, GeneralRule.REQUIRES);
    private static final List<Hanging> ALL =
            List.of(
                    new Hanging(Dependency.BINDS_TO, GeneralRule.BINDS_TO),
                    new Hanging(Dependency.REQUISITE, GeneralRule.REQUISITE),
                    REQUIRING);

    private record Hanging(Dependency kind, Rule rule) {}

    boolean keepsBack(UnitState unit, Ties ties) {
        String name = unit.name();
        if (draft.isUnknownHere(name)) {
            return false;
        }
        List<Hanging> ways =
                draft.mayStart(name)
                        ? ALL
                        : draft.becomes(Outcome.SKIPPED, name) ? List.of(REQUIRING) : List.of();
        for (Hanging way : ways) {
            Dependency kind = way.kind();
            for (String other : ties.of(kind)) {
                Consequence consequence = consequence(name, kind, other);
                if (consequence == Consequence.NONE && isOvertaken(name, other)) {
                    String why =
                            "requires %s, which is not started, and does not wait for it: which of the two comes first, chance decides"
                                    .formatted(other);
                    return draft.leaveUndecided(GeneralRule.OVERTAKEN, unit, true, why);
                }
                if (consequence != Consequence.NONE
                        && !draft.becomes(Outcome.INACTIVE, name)
                        && !isSameStopped(unit, consequence)) {
                    boolean stopped = consequence == Consequence.STOPPED;
                    Outcome after = stopped ? Outcome.INACTIVE : Outcome.NOT_STARTED;
                    String why = "hangs on " + other + ", which will not be active";
                    return draft.decide(way.rule(), unit, after, Effect.TurnedBy.DROP, why);
                }
            }
        }
        return false;
    }

    /// Whether it ended by itself before, and is stopped now: a stop tells nothing new of it. What
    /// was left undecided of it stays so, or the two would be said in turn without an end.
    private static boolean isSameStopped(UnitState unit, Consequence consequence) {
        return consequence == Consequence.STOPPED && Outcome.of(unit) == Outcome.INACTIVE;
    }

    /// Whether it may have begun before the other one is given up, and may not: the latter takes
    /// with it what still waits.
    private boolean isOvertaken(String unit, String other) {
        Effect effect = draft.effect(other);
        Effect own = draft.effect(unit);
        return effect != null
                && own != null
                && !(own.changes() && draft.becomes(Outcome.INACTIVE, unit))
                && effect.changes()
                && effect.after() == Outcome.NOT_STARTED
                && !links.isAfter(unit, other);
    }

    /// Returns what another one's outcome makes of a unit, where the drop has changed that outcome.
    /// What is started again is there for a moment, as far as a requirement goes; what fails only
    /// once it counts as started may be faster than what waits for it: that is left undecided.
    private Consequence consequence(String unit, Dependency kind, String other) {
        Effect effect = draft.effect(other);
        boolean requires = kind == Dependency.REQUIRES;
        if (effect == null
                || !(requires
                        ? effect.changes() || draft.failsByDrop(other)
                        : draft.isLost(other))) {
            return Consequence.NONE;
        }
        boolean open =
                effect.after() == Outcome.FAILED
                        && (links.countsAsStartedAtOnce(other)
                                || draft.isFailingLater(other)
                                || (requires && links.isRestarted(other)));
        return open
                ? Consequence.NONE
                : kind.consequence(effect.after().standing(), links.isAfter(unit, other));
    }
}
