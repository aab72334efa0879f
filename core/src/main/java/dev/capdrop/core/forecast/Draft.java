package dev.capdrop.core.forecast;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.ShellWord;
import dev.capdrop.core.execution.Shortfalls.Shortfall;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Effect.TurnedBy;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.snapshot.UnitState;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A forecast in the making: of each unit at most one thing is known.
///
/// A unit is decided or undecided, never both: the last that was said of it stays, with the rule
/// that said it. What is only asked by rules, such as whether its start itself fails, is kept
/// beside.
final class Draft {
    private static final String LEARNING = "learning which capabilities it uses";

    private final String learning;
    private final Predicate<Rule> known;
    private final Map<String, Effect> effects = new LinkedHashMap<>();
    private final Map<String, Undecided> undecided = new LinkedHashMap<>();
    private final List<Forecast.RestartLoss> losses = new ArrayList<>();
    private final Set<String> failingStarts = new HashSet<>();
    private final Set<String> inDoubt = new HashSet<>();
    private final Set<String> failingLater = new HashSet<>();
    private final Set<String> unknownHere = new HashSet<>();

    Draft(Subject subject, Predicate<Rule> known) {
        // the command can be pasted as it is; of a root directory no boot can be watched
        this.learning =
                subject instanceof Subject.RootDirectory
                        ? LEARNING + ", in a container that is made of it: capdrop learn --boot"
                        : LEARNING + ": capdrop learn --boot " + ShellWord.quoted(subject.word());
        this.known = known;
    }

    void put(UnitState unit, Ruling ruling) {
        switch (ruling) {
            case Ruling.Decided(Rule rule, Outcome after, TurnedBy by, Why why) ->
                    decide(rule, unit, after, by, why, 0);
            case Ruling.Fails(Shortfall.Failure how) -> {
                failsAtItsStart(unit);
                decide(how.rule(), unit, Outcome.FAILED, TurnedBy.DROP, how.why(), how.status());
            }
            case Ruling.LeftUndecided(Rule rule, boolean byDrop, Why why, String settledBy) ->
                    leaveUndecided(rule, unit, byDrop, why, settledBy);
            case Ruling.MayUse(Shortfall.Undecided what, boolean byDrop) -> {
                doubt(unit);
                leaveUndecided(unit, what, byDrop);
            }
        }
    }

    boolean decide(Rule rule, UnitState unit, Outcome after, TurnedBy turnedBy, String why) {
        decide(rule, unit, after, turnedBy, Why.of(why), 0);
        return true;
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

    /// Leaves undecided what the restart itself settles; always true, for what is asked whether it
    /// has said anything.
    boolean leaveUndecided(Rule rule, UnitState unit, boolean byDrop, String why) {
        leaveUndecided(rule, unit, byDrop, Why.of(why), Ruling.RESTART);
        return true;
    }

    void leaveUndecided(Rule rule, UnitState unit, boolean byDrop, Why why, String settledBy) {
        leaveUndecided(rule, unit, byDrop, CapabilitySet.EMPTY, why, settledBy);
    }

    void leaveUndecided(UnitState unit, Shortfall.Undecided open, boolean byDrop) {
        leaveUndecided(open.rule(), unit, byDrop, open.capabilities(), open.why(), learning);
    }

    void leaveUndecided(
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

    boolean isUnknownHere(String unit) {
        return unknownHere.contains(unit);
    }

    void lose(Rule rule, UnitState unit, String why, boolean refusedByDrop) {
        losses.add(new Forecast.RestartLoss(rule, unit.name(), why, refusedByDrop));
    }

    void failsLater(Rule rule, UnitState unit, String why) {
        failingLater.add(unit.name());
        decide(rule, unit, Outcome.FAILED, TurnedBy.DROP, why);
    }

    boolean isFailingLater(String unit) {
        return failingLater.contains(unit);
    }

    void failsAtItsStart(UnitState unit) {
        failingStarts.add(unit.name());
    }

    void doubt(UnitState unit) {
        inDoubt.add(unit.name());
    }

    boolean isInDoubt(String unit) {
        return inDoubt.contains(unit);
    }

    @Nullable Effect effect(String unit) {
        return effects.get(unit);
    }

    @Nullable Undecided undecided(String unit) {
        return undecided.get(unit);
    }

    boolean failsByDrop(String unit) {
        return failingStarts.contains(unit);
    }

    boolean becomes(Outcome after, String unit) {
        Effect effect = effect(unit);
        return effect != null && effect.after() == after;
    }

    boolean isTurnedByDrop(String unit, Outcome after) {
        Effect effect = effect(unit);
        return effect != null
                && effect.turnedBy() == TurnedBy.DROP
                && effect.after() == after
                && effect.rule() != Rule.GeneralRule.ASSERTIONS;
    }

    boolean mayStart(String unit) {
        Effect effect = effect(unit);
        return effect == null ? undecided.containsKey(unit) : starts(effect);
    }

    static boolean starts(Effect effect) {
        return effect.after() != Outcome.SKIPPED && effect.after() != Outcome.NOT_STARTED;
    }

    boolean isLost(String unit) {
        Effect effect = effect(unit);
        return effect != null
                && effect.before().isUp()
                && !effect.after().isUp()
                && effect.after() != Outcome.INACTIVE;
    }

    boolean mayFail(String unit) {
        Effect effect = effect(unit);
        Undecided open = undecided(unit);
        return effect != null
                ? effect.changes() && effect.after() == Outcome.FAILED
                : isInDoubt(unit) || (open != null && open.byDrop());
    }

    @Nullable String firstThatMayFail(List<String> units) {
        return units.stream().filter(this::mayFail).findFirst().orElse(null);
    }

    CapabilitySet mayBeMissedBy(String unit) {
        Undecided open = undecided(unit);
        return open == null ? CapabilitySet.EMPTY : open.capabilities();
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
