package dev.capdrop.core.forecast;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.document.Lazy;
import dev.capdrop.core.execution.Missing;
import dev.capdrop.core.execution.Shortfalls.Shortfall;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.forecast.Candidate.Freed;
import dev.capdrop.core.forecast.Candidate.Question;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Effect.TurnedBy;
import dev.capdrop.core.forecast.Forecast.IdleTrigger;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitName.UnitType;
import dev.capdrop.core.unit.Words;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Forecasts each unit's outcome in the next boot of a container, were PID 1's bounding set another
/// one.
///
/// It replays, it does not guess: systemd's own result of each condition stands, except for the
/// rows that the bounding set or the restart turns.
///
/// Each unit is looked at by itself: what the default target pulls in ([StartRules]), and what
/// something may start later ([OnDemand]). Only when all have a fate is it asked what these do to
/// each other ([Dependants]), and last which triggers stay without anything to start.
public final class Forecaster {
    /// The capability that systemd raises `net.unix.max_dgram_qlen` with.
    private static final CapabilitySet LONG_QUEUE = CapabilitySet.of("net_admin");

    /// The capability without which a container does not boot at all: with one less than all, but
    /// for this one, PID 1 of systemd 245 to 257 was seen to reach its default target.
    private static final CapabilitySet MOUNTING = CapabilitySet.of("sys_admin");

    private static final Why NO_MOUNTS =
            Why.of("without ")
                    .then(MOUNTING)
                    .then(" its systemd cannot mount /run and /dev/shm, and gives up");

    private static final Predicate<String> ENDS =
            Pattern.compile("(emergency|reboot|poweroff|halt|exit|kexec)\\.(target|service)")
                    .asMatchPredicate();

    private final Observed seen;
    private final Systemd systemd;
    private final TimeLimit time;

    private final Map<Rule, Boolean> covered = new HashMap<>();

    private final Lazy<BootFacts> facts;

    /// The planner asks for the forecast of the drop that it has just tried.
    private @Nullable Answer last;

    private record Answer(CapabilitySet bounding, boolean nesting, Forecast forecast) {}

    private Forecaster(Observed seen, TimeLimit time) {
        this.time = time;
        this.seen = seen;
        this.systemd = seen.systemd();
        this.facts = new Lazy<>(() -> BootFacts.of(seen));
    }

    /// Returns the forecaster over a snapshot.
    ///
    /// @throws IllegalArgumentException when the container does not run or its systemd is not known
    public static Forecaster over(Snapshot snapshot) {
        return over(snapshot, TimeLimit.NONE);
    }

    public static Forecaster over(Snapshot snapshot, TimeLimit time) {
        return switch (snapshot.view()) {
            case Observed seen -> over(seen, time);
            case Snapshot.Blind _ ->
                    throw new IllegalArgumentException(
                            "'" + snapshot.subject().target() + "': nothing is known of its units");
        };
    }

    public static Forecaster over(Observed seen, TimeLimit time) {
        return new Forecaster(seen, time);
    }

    public Observed seen() {
        return seen;
    }

    /// Forecasts every unit at the next boot when PID 1's bounding set is `bounding`.
    ///
    /// @throws dev.capdrop.core.snapshot.TimeLimit.OverdueException when the time is over
    public Forecast forecast(CapabilitySet bounding) {
        return forecast(bounding, false);
    }

    /// Forecasts every unit for a container that may be given something beside.
    ///
    /// @param nesting whether AppArmor lets it mount inside from that boot on, and did not before
    public Forecast forecast(CapabilitySet bounding, boolean nesting) {
        Answer known = last;
        if (known != null && known.bounding.equals(bounding) && known.nesting == nesting) {
            return known.forecast;
        }
        time.check();
        Missing missing = Missing.of(seen, bounding);
        Forecast forecast =
                missing.dropped().containsAll(MOUNTING)
                        ? noBoot(NO_MOUNTS)
                        : boot(
                                bounding,
                                missing,
                                nesting ? Freed.of(seen.snapshot()) : Freed.NOTHING);
        forecast = forecast.with(engines(bounding));
        last = new Answer(bounding, nesting, forecast);
        return forecast;
    }

    private Forecast boot(CapabilitySet bounding, Missing missing, Freed freed) {
        BootFacts its = facts.get();
        Draft draft =
                new Draft(
                        seen.snapshot().subject(),
                        rule -> covered.computeIfAbsent(rule, r -> r.covers(missing.version())));
        Question question =
                new Question(
                        new Outlook(
                                bounding,
                                systemd.nextBoot(),
                                Outlook.RuntimeMounts.netIsReadOnly(systemd, missing.dropped())),
                        new Outlook(seen.init().bounding(), systemd.nextBoot(), false),
                        missing,
                        freed);
        boolean partial = seen.snapshot().lacks(Snapshot.Unread.Part.UNITS);
        for (UnitState unit : systemd.units()) {
            if (partial && unit.type() != UnitType.DEVICE) {
                draft.leaveUndecided(
                        GeneralRule.PARTIAL_READING,
                        unit,
                        true,
                        Ruling.meaning(GeneralRule.PARTIAL_READING),
                        "another reading, with more --timeout");
            } else if (unit.type() != UnitType.DEVICE) {
                add(unit, question, draft);
            }
        }
        OnDemand onDemand = new OnDemand(its, question, draft);
        onDemand.addSlices();
        onDemand.addUserManagers();
        leaveUndecidedWhereSomebodyKnocks(question, draft);
        Dependants dependants =
                new Dependants(
                        its, draft, time, unit -> its.shortfalls().goesOnWithout(unit, missing));
        if (!bounding.containsAll(LONG_QUEUE)) {
            dependants.leaveUndecidedWithoutJournal();
        }
        dependants.propagate();
        Why end = end(draft);
        return end.isEmpty() ? draft.finish(idleTriggers(question, draft)) : noBoot(end);
    }

    /// Finds what triggers a unit that a drop has skipped from now on: a unit that triggers another
    /// does not ask for its conditions (systemd.socket(5), systemd.path(5), systemd.timer(5)).
    private List<IdleTrigger> idleTriggers(Question question, Draft draft) {
        List<IdleTrigger> idle = new ArrayList<>();
        for (UnitState unit : systemd.units()) {
            List<Condition.Tested> conditions = unit.conditions();
            if (question.next().list(conditions) == Condition.Result.FAILED
                    && question.turnedByDrop(unit)) {
                for (String trigger : unit.detail().dependencies().of(Dependency.TRIGGERED_BY)) {
                    Effect effect = draft.effect(trigger);
                    if (effect != null && effect.after().isUp()) {
                        String why = question.next().refusal(conditions);
                        idle.add(new IdleTrigger(trigger, unit.name(), why));
                    }
                }
            }
        }
        return idle;
    }

    private void leaveUndecidedWhereSomebodyKnocks(Question question, Draft draft) {
        Knocks knocks = new Knocks(facts.get(), draft);
        for (UnitState unit : systemd.units()) {
            if (question.next().list(unit.conditions()) == Condition.Result.FAILED
                    && question.turnedByDrop(unit)) {
                knocks.leaveUndecided(unit);
            }
        }
        knocks.leaveUndecidedWhoMayBeAsked();
    }

    /// What ends the boot because the drop has a unit fail: its `FailureAction=`, its
    /// `StartLimitAction=`, or the emergency mode or shutdown of its `OnFailure=`, which also
    /// follows when it is not started for want of what it requires (src/core/unit.c, `unit_notify`
    /// and `unit_test_start_limit`; src/core/job.c, `job_finish_and_invalidate`).
    private Why end(Draft draft) {
        return systemd.units().stream()
                .map(unit -> end(unit, draft))
                .filter(why -> !why.isEmpty())
                .findFirst()
                .orElse(Why.NONE);
    }

    private Why end(UnitState unit, Draft draft) {
        boolean failed = draft.isTurnedByDrop(unit.name(), Outcome.FAILED);
        if (!failed && !draft.isTurnedByDrop(unit.name(), Outcome.NOT_STARTED)) {
            return Why.NONE;
        }
        Map<String, String> last = new LinkedHashMap<>();
        unit.detail().settings().stream()
                .filter(setting -> setting.section().equals("Unit"))
                .forEach(setting -> last.put(setting.key(), setting.value()));
        boolean givenUp = failed && facts.get().shortfalls().isGivenUpSoon(unit);
        Predicate<Map.Entry<String, String>> ends =
                setting ->
                        switch (setting.getKey()) {
                            case "OnFailure" ->
                                    Words.split(setting.getValue()).stream().anyMatch(ENDS);
                            case "FailureAction" -> failed && acts(setting.getValue());
                            case "StartLimitAction" -> givenUp && acts(setting.getValue());
                            default -> false;
                        };
        return last.entrySet().stream()
                .filter(ends)
                .findFirst()
                .map(setting ->
                        Why.of(
                                "%s will not be active, and its %s ends the boot"
                                        .formatted(unit.name(), setting)))
                .orElse(Why.NONE);
    }

    private static boolean acts(String action) {
        return !action.isEmpty() && !action.equals("none");
    }

    private Forecast noBoot(Why obstacle) {
        Why why = Why.of("the container does not boot");
        List<Effect> lost =
                systemd.units().stream()
                        .filter(unit -> Outcome.of(unit).isUp())
                        .map(unit ->
                                new Effect(
                                        GeneralRule.NO_BOOT,
                                        unit.name(),
                                        Outcome.of(unit),
                                        Outcome.NOT_STARTED,
                                        TurnedBy.DROP,
                                        why,
                                        0))
                        .toList();
        return new Forecast(lost, List.of(), List.of(), List.of(), obstacle);
    }

    /// Returns what becomes of each container of engines inside that asks for what is gone, were
    /// PID 1's bounding set `bounding`.
    public List<EngineEffect> engines(CapabilitySet bounding) {
        return EngineStarts.of(seen.snapshot(), seen.init().bounding(), bounding);
    }

    /// Returns what engines inside will refuse to containers that are made later, were PID 1's
    /// bounding set `bounding`; a sentence each.
    public List<String> afterwards(CapabilitySet bounding) {
        return EngineStarts.afterwards(seen.snapshot(), seen.init().bounding().minus(bounding));
    }

    public TimeLimit time() {
        return time;
    }

    private void add(UnitState unit, Question question, Draft draft) {
        BootFacts its = facts.get();
        if (unit.load() == UnitState.LoadState.UNREAD) {
            draft.leaveUndecided(
                    GeneralRule.FILES_UNREAD,
                    unit,
                    false,
                    Why.of("not all of its files were read"),
                    "all of its files");
        } else if (!unit.loaded()) {
            if (Outcome.isRunning(unit)) {
                draft.lose(
                        GeneralRule.UNIT_GONE,
                        unit,
                        "its unit is " + unit.loadState() + " by now",
                        false);
            }
        } else if (its.bootSet().isSimplyThere(unit)) {
            addSimplyThere(unit, question, draft);
        } else if (its.bootSet().pullsIn(unit)) {
            draft.put(unit, StartRules.of(new Candidate(its, unit, question)));
        } else if (Outcome.isRunning(unit)) {
            draft.lose(GeneralRule.NOT_IN_BOOT, unit, origin(unit), question.turnedByDrop(unit));
            if (!(its.shortfalls().of(unit, question.missing()) instanceof Shortfall.None)) {
                draft.doubt(unit);
            }
        } else if (unit.failed()) {
            boolean refused = question.turnedByDrop(unit);
            draft.leaveUndecided(
                    GeneralRule.FAILED_OUTSIDE_BOOT,
                    unit,
                    refused,
                    Why.of(
                            "no boot starts it"
                                    + (refused ? "; its next start will be skipped" : "")),
                    "its next start");
        } else {
            OnDemand onDemand = new OnDemand(its, question, draft);
            if (onDemand.mayStart(unit)) {
                onDemand.add(unit);
            }
        }
    }

    private static void addSimplyThere(UnitState unit, Question question, Draft draft) {
        if (Outlook.RuntimeMounts.isGone(unit, question.missing().dropped())) {
            draft.decide(
                    GeneralRule.RUNTIME_MOUNT,
                    unit,
                    Outcome.NOT_STARTED,
                    TurnedBy.DROP,
                    Why.of("LXC mounts it for a container with ")
                            .then(Outlook.RuntimeMounts.DECIDING)
                            .then(" only"),
                    0);
        } else {
            draft.decide(GeneralRule.SIMPLY_THERE, unit, Outcome.of(unit), TurnedBy.NOTHING, "");
        }
    }

    private static String origin(UnitState unit) {
        if (BootSet.isOfSession(unit)) {
            return "belongs to a login session";
        }
        List<String> triggers = unit.detail().dependencies().of(Dependency.TRIGGERED_BY);
        return triggers.isEmpty()
                ? "was started by hand or on demand"
                : "was started by " + String.join(", ", triggers);
    }
}
