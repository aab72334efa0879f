package dev.capdrop.core.forecast;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.ShellWord;
import dev.capdrop.core.execution.Shortfall;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Effect.TurnedBy;
import dev.capdrop.core.forecast.Forecast.RestartLoss;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.snapshot.UnitState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A forecast in the making: of each unit at most one thing is known.
///
/// A unit is decided or undecided, never both: each takes the other away, and the last that was
/// said of a unit stays, with the rule that said it. What is only asked by rules, such as whether
/// its start itself fails, is kept beside, for a unit may fail for the drop as it has failed
/// before.
final class Draft {
    private static final String LEARNING = "learning which capabilities it uses";

    private final String learning;
    private final Predicate<Rule> known;
    private final Map<String, Effect> effects = new LinkedHashMap<>();
    private final Map<String, Undecided> undecided = new LinkedHashMap<>();
    private final List<RestartLoss> losses = new ArrayList<>();
    private final Set<String> failingStarts = new HashSet<>();
    private final Set<String> inDoubt = new HashSet<>();
    private final Set<String> failingLater = new HashSet<>();
    private final Set<String> unknownHere = new HashSet<>();

    /// @param subject whose units these are
    /// @param known whether a rule is known of its systemd: what another one changes is undecided
    Draft(Subject subject, Predicate<Rule> known) {
        this.learning = learning(subject);
        this.known = known;
    }

    /// Takes down what a rule says.
    void put(UnitState unit, Ruling ruling) {
        switch (ruling) {
            case Ruling.Decided(Rule rule, Outcome after, TurnedBy by, Why why) ->
                    decide(rule, unit, after, by, why, 0);
            case Ruling.Fails(Shortfall.Failure how) -> fail(unit, how);
            case Ruling.LeftUndecided(Rule rule, boolean byDrop, Why why, String settledBy) ->
                    leaveUndecided(rule, unit, byDrop, why, settledBy);
            case Ruling.MayUse(Shortfall.Undecided what) -> leaveUndecided(unit, what);
        }
    }

    void decide(Rule rule, UnitState unit, Outcome after, TurnedBy turnedBy, String why) {
        decide(rule, unit, after, turnedBy, Why.of(why), 0);
    }

    private void fail(UnitState unit, Shortfall.Failure failure) {
        failsAtItsStart(unit);
        decide(
                failure.rule(),
                unit,
                Outcome.FAILED,
                TurnedBy.DROP,
                failure.why(),
                failure.status());
    }

    void decide(Rule rule, UnitState unit, Outcome after, TurnedBy by, Why why, int status) {
        Outcome before = Outcome.of(unit);
        boolean same = before == after;
        if (!same && !known.test(rule)) {
            Why unknown = why.then("; of this version of systemd that is not known");
            unknownHere.add(unit.name());
            leaveUndecided(rule, unit, by == TurnedBy.DROP, unknown, Ruling.RESTART);
            return;
        }
        undecided.remove(unit.name());
        effects.put(
                unit.name(),
                new Effect(
                        rule,
                        unit.name(),
                        before,
                        after,
                        same ? TurnedBy.NOTHING : by,
                        same ? Why.NONE : why,
                        same ? 0 : status));
    }

    void leaveUndecided(Rule rule, UnitState unit, boolean byDrop, String why, String settledBy) {
        leaveUndecided(rule, unit, byDrop, Why.of(why), settledBy);
    }

    void leaveUndecided(Rule rule, UnitState unit, boolean byDrop, Why why, String settledBy) {
        leaveUndecided(rule, unit, byDrop, CapabilitySet.EMPTY, why, settledBy);
    }

    /// What a drop leaves undecided because the unit may use what is dropped.
    void leaveUndecided(UnitState unit, Shortfall.Undecided open) {
        leaveUndecided(open.rule(), unit, true, open.capabilities(), open.why(), learning);
    }

    /// The command can be pasted as it is; of a root directory no boot can be watched.
    private static String learning(Subject subject) {
        return subject instanceof Subject.RootDirectory
                ? LEARNING + ", in a container that is made of it: capdrop learn --boot"
                : LEARNING + ": capdrop learn --boot " + ShellWord.quoted(subject.word());
    }

    /// What is open without any drop, too, and may miss these when it is started after all.
    void leaveUndecidedAnyway(
            Rule rule, UnitState unit, CapabilitySet capabilities, Why why, String settledBy) {
        leaveUndecided(rule, unit, false, capabilities, why, settledBy);
    }

    private void leaveUndecided(
            Rule rule,
            UnitState unit,
            boolean byDrop,
            CapabilitySet capabilities,
            Why why,
            String settledBy) {
        effects.remove(unit.name());
        undecided.put(
                unit.name(),
                new Undecided(
                        rule, unit.name(), Outcome.of(unit), byDrop, capabilities, why, settledBy));
    }

    /// Whether a rule has changed this unit that is not known of its systemd: what else changes it
    /// is not known either.
    boolean isUnknownHere(String unit) {
        return unknownHere.contains(unit);
    }

    void lose(Rule rule, UnitState unit, String why, boolean refusedByDrop) {
        losses.add(new RestartLoss(rule, unit.name(), why, refusedByDrop));
    }

    /// It starts as before, and fails for the drop some time after that.
    void failsLater(Rule rule, UnitState unit, String why) {
        failingLater.add(unit.name());
        decide(rule, unit, Outcome.FAILED, TurnedBy.DROP, why);
    }

    /// Whether it was said so of this unit: what waited for its start is started.
    boolean isFailingLater(String unit) {
        return failingLater.contains(unit);
    }

    /// Its start fails for the drop, whenever that is.
    void failsAtItsStart(UnitState unit) {
        failingStarts.add(unit.name());
    }

    /// What no boot starts may fail for the drop when something else starts it.
    void doubt(UnitState unit) {
        inDoubt.add(unit.name());
    }

    /// Whether it was said so of this unit.
    boolean isInDoubt(String unit) {
        return inDoubt.contains(unit);
    }

    /// What is decided of this unit; null when nothing is.
    @Nullable Effect effect(String unit) {
        return effects.get(unit);
    }

    /// What is left undecided of this unit; null when nothing is.
    @Nullable Undecided undecided(String unit) {
        return undecided.get(unit);
    }

    /// Whether the unit fails for the drop, as it may have failed before, if not at its very start.
    boolean failsByDrop(String unit) {
        return failingStarts.contains(unit);
    }

    Forecast finish(List<Forecast.IdleTrigger> idle) {
        return new Forecast(
                List.copyOf(effects.values()),
                List.copyOf(undecided.values()),
                losses,
                idle,
                Why.NONE);
    }
}
