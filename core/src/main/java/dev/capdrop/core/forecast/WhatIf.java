package dev.capdrop.core.forecast;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.ConditionResult;
import dev.capdrop.core.execution.AppArmorLimits;
import dev.capdrop.core.execution.Missing;
import dev.capdrop.core.execution.Obstacle;
import dev.capdrop.core.execution.Shortfall;
import dev.capdrop.core.execution.Shortfalls;
import dev.capdrop.core.forecast.Effect.TurnedBy;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.snapshot.Unread;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.LoadState;
import dev.capdrop.core.unit.UnitName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the next boot of a container makes of each unit, were PID 1's bounding set another one.
///
/// It replays, it does not guess: systemd's own result of each condition stands, except for the
/// rows that the bounding set or the restart turns.
public final class WhatIf {
    private static final String RESTART = "the restart itself";

    /// What one unit comes to hangs on any other.
    private static final String PARTIAL = "not all units of the container could be read";

    private final Snapshot snapshot;
    private final Init init;
    private final Systemd systemd;
    private final TimeLimit time;
    private final BootSet bootSet;
    private final Shortfalls shortfalls;
    private final LinkIndex links;
    private final OnDemand onDemand;
    private final Map<String, String> opponents;
    private final AppArmorLimits confinement;
    private final Set<String> circles;

    /// Who has found a drop by trial asks for its forecast once more.
    private @Nullable Answer last;

    private record Answer(CapabilitySet bounding, Forecast forecast) {}

    private WhatIf(Snapshot snapshot, Init init, Systemd systemd, TimeLimit time) {
        this.time = time;
        this.snapshot = snapshot;
        this.init = init;
        this.systemd = systemd;
        this.bootSet = BootSet.of(systemd);
        this.shortfalls = new Shortfalls(snapshot);
        OneshotStarters starters = new OneshotStarters(systemd.units(), shortfalls);
        this.links = new LinkIndex(systemd.units(), shortfalls, starters);
        this.onDemand = new OnDemand(systemd, bootSet, shortfalls);
        this.opponents = Opponents.of(systemd, bootSet);
        this.confinement = AppArmorLimits.of(snapshot);
        this.circles = OrderingCycles.of(systemd, bootSet);
    }

    /// The what-if over this snapshot.
    ///
    /// @throws IllegalArgumentException when the container does not run or its systemd is not known
    public static WhatIf over(Snapshot snapshot) {
        return over(snapshot, TimeLimit.NONE);
    }

    /// The same, given up when its time is over.
    public static WhatIf over(Snapshot snapshot, TimeLimit time) {
        if (snapshot.init() == null || snapshot.systemd() == null) {
            throw new IllegalArgumentException(
                    "'" + snapshot.container().target() + "': nothing is known of its units");
        }
        return new WhatIf(snapshot, snapshot.init(), snapshot.systemd(), time);
    }

    /// What the next boot makes of every unit when PID 1's bounding set is `bounding`.
    ///
    /// @throws dev.capdrop.core.snapshot.OverdueException when the time is over
    public Forecast forecast(CapabilitySet bounding) {
        Answer known = last;
        if (known != null && known.bounding.equals(bounding)) {
            return known.forecast;
        }
        Forecast forecast = fresh(bounding);
        last = new Answer(bounding, forecast);
        return forecast;
    }

    private Forecast fresh(CapabilitySet bounding) {
        time.check();
        Missing missing = Missing.of(snapshot, init, systemd, bounding);
        String obstacle = Obstacle.of(missing);
        return obstacle.isEmpty() ? boot(bounding, missing) : noBoot(obstacle);
    }

    private Forecast boot(CapabilitySet bounding, Missing missing) {
        Draft draft = new Draft();
        Question question =
                new Question(
                        new Outlook(
                                bounding,
                                systemd.nextBoot(),
                                RuntimeMounts.netIsReadOnly(systemd, missing.dropped())),
                        new Outlook(init.bounding(), systemd.nextBoot(), false),
                        missing);
        for (UnitState unit : systemd.units()) {
            if (UnitName.type(unit.name()).equals("device")) {
                continue;
            }
            if (snapshot.lacks(Unread.Part.UNITS)) {
                draft.leaveOpen(unit, true, PARTIAL, "another reading, with more --timeout");
            } else {
                add(unit, question, draft);
            }
        }
        leaveOpenWhereSomebodyKnocks(question, draft);
        new Dependants(links, draft, shortfalls, time).propagate();
        IdleTriggers idle = new IdleTriggers(question.next(), question.restartOnly());
        return draft.finish(idle.in(systemd.units(), draft));
    }

    private void leaveOpenWhereSomebodyKnocks(Question question, Draft draft) {
        Knocks knocks = new Knocks(systemd.units(), bootSet, shortfalls, draft);
        for (UnitState unit : systemd.units()) {
            if (question.next().list(unit.conditions()) == ConditionResult.FAILED
                    && question.turnedByDrop(unit)) {
                knocks.leaveOpen(unit);
            }
        }
    }

    private Forecast noBoot(String obstacle) {
        List<Effect> lost = new ArrayList<>();
        for (UnitState unit : systemd.units()) {
            Outcome before = Outcome.of(unit);
            if (before.isUp()) {
                lost.add(
                        new Effect(
                                unit.name(),
                                before,
                                Outcome.NOT_STARTED,
                                TurnedBy.DROP,
                                "the container does not boot",
                                0));
            }
        }
        return new Forecast(lost, List.of(), List.of(), List.of(), obstacle);
    }

    /// The snapshot that this looks at.
    public Snapshot snapshot() {
        return snapshot;
    }

    public TimeLimit time() {
        return time;
    }

    public Init init() {
        return init;
    }

    public Systemd systemd() {
        return systemd;
    }

    /// What is asked.
    ///
    /// @param next the conditions as the next boot finds them
    /// @param restartOnly the same, were nothing dropped
    /// @param missing what that boot lacks
    private record Question(Outlook next, Outlook restartOnly, Missing missing) {
        boolean turnedByDrop(UnitState unit) {
            return next.list(unit.conditions()) != restartOnly.list(unit.conditions());
        }
    }

    private void add(UnitState unit, Question question, Draft draft) {
        if (unit.loadState().equals(LoadState.UNREAD.word())) {
            draft.leaveOpen(unit, false, "not all of its files were read", "all of its files");
        } else if (!unit.loadState().equals("loaded")) {
            if (Outcome.isRunning(unit)) {
                draft.lose(unit, "its unit is " + unit.loadState() + " by now", false);
            }
        } else if (bootSet.isSimplyThere(unit)) {
            addSimplyThere(unit, question, draft);
        } else if (bootSet.pullsIn(unit)) {
            addStartedByBoot(unit, question, draft);
        } else if (Outcome.isRunning(unit)) {
            draft.lose(unit, origin(unit), question.turnedByDrop(unit));
            if (!(shortfalls.of(unit, question.missing()) instanceof Shortfall.None)) {
                draft.doubt(unit);
            }
        } else if (unit.failed()) {
            boolean refused = question.turnedByDrop(unit);
            draft.leaveOpen(
                    unit,
                    refused,
                    "no boot starts it" + (refused ? "; its next start will be skipped" : ""),
                    "its next start");
        } else if (onDemand.mayStart(unit)) {
            onDemand.add(unit, question.next(), question.missing(), draft);
        }
    }

    private static void addSimplyThere(UnitState unit, Question question, Draft draft) {
        if (RuntimeMounts.isGone(unit, question.missing().dropped())) {
            draft.decide(
                    unit,
                    Outcome.NOT_STARTED,
                    TurnedBy.DROP,
                    "LXC mounts it for a container with net_admin only");
        } else {
            draft.decide(unit, Outcome.of(unit), TurnedBy.NOTHING, "");
        }
    }

    private void addStartedByBoot(UnitState unit, Question question, Draft draft) {
        UnitDetail detail = unit.detail();
        if (detail != null && detail.needDaemonReload()) {
            draft.leaveOpen(
                    unit,
                    false,
                    "its files changed since systemd read them",
                    "systemctl daemon-reload");
            return;
        }
        if (isHeldUp(unit)) {
            draft.decide(unit, Outcome.NOT_STARTED, TurnedBy.NOTHING, "");
            return;
        }
        String opponent = opponents.get(unit.name());
        if (opponent != null) {
            draft.leaveOpen(
                    unit,
                    false,
                    "conflicts with " + opponent + ": one of them is started",
                    RESTART);
            return;
        }
        if (circles.contains(unit.name())) {
            draft.leaveOpen(
                    unit,
                    false,
                    "is ordered after itself by way of others: systemd leaves one of the circle out",
                    RESTART);
            return;
        }
        switch (question.next().list(unit.conditions())) {
            case FAILED, ERROR -> {
                TurnedBy by = question.turnedByDrop(unit) ? TurnedBy.DROP : TurnedBy.RESTART;
                draft.decide(unit, Outcome.SKIPPED, by, question.next().refusal(unit.conditions()));
            }
            case SUCCEEDED -> addAllowed(unit, question, draft);
            case UNTESTED, UNDECIDED ->
                    draft.leaveOpen(
                            unit,
                            question.turnedByDrop(unit),
                            untested() + question.next().open(unit.conditions()),
                            question.next().settledBy(unit.conditions()));
        }
    }

    private void addAllowed(UnitState unit, Question question, Draft draft) {
        Outcome before = Outcome.of(unit);
        UnitDetail detail = unit.detail();
        if (detail != null && question.next().list(detail.asserts()) == ConditionResult.FAILED) {
            boolean byDrop =
                    question.restartOnly().list(detail.asserts()) != ConditionResult.FAILED;
            TurnedBy by = byDrop ? TurnedBy.DROP : TurnedBy.RESTART;
            draft.decide(unit, Outcome.NOT_STARTED, by, "an assertion does not hold");
        } else if (detail != null && unit.activeState().isEmpty()) {
            draft.leaveOpen(
                    unit,
                    question.next().list(detail.asserts())
                            != question.restartOnly().list(detail.asserts()),
                    untested() + question.next().openAssertions(detail.asserts()),
                    question.next().settledBy(detail.asserts()));
        } else if (before == Outcome.SKIPPED) {
            draft.leaveOpen(
                    unit,
                    question.restartOnly().list(unit.conditions()) == ConditionResult.FAILED,
                    "its conditions will hold; what it does then is not known",
                    RESTART);
        } else if (before == Outcome.NOT_STARTED && !isKeptBack(detail)) {
            draft.leaveOpen(unit, false, "this boot has not tried to start it", RESTART);
        } else if (endedAfterBoot(unit, before)) {
            draft.leaveOpen(
                    unit, false, "it ended after the boot; the restart starts it again", RESTART);
        } else {
            addTried(unit, before, question.missing(), draft);
        }
    }

    private String untested() {
        return systemd.source() == Systemd.Source.FILES
                ? "its files leave open "
                : "systemd has not tested ";
    }

    /// What systemd or the kernel refuses already does not begin to work with less.
    private void addTried(UnitState unit, Outcome before, Missing missing, Draft draft) {
        Shortfall shortfall =
                before == Outcome.NOT_STARTED ? Shortfall.NONE : shortfalls.of(unit, missing);
        if (shortfall instanceof Shortfall.Skip skip) {
            draft.decide(unit, Outcome.SKIPPED, TurnedBy.DROP, skip.why());
        } else if (shortfall instanceof Shortfall.Failure failure && restsWithOthers(unit)) {
            draft.leaveOpen(
                    unit, true, "fails if what it requires is up: " + failure.why(), RESTART);
        } else if (shortfall instanceof Shortfall.Failure failure) {
            draft.fail(unit, failure);
        } else if (before == Outcome.FAILED && OwnFailure.is(unit, init)) {
            draft.leaveOpen(
                    unit, false, "its own program failed, as it need not at every boot", RESTART);
        } else if (shortfall instanceof Shortfall.Open open && before != Outcome.FAILED) {
            draft.leaveOpen(unit, open);
        } else if (before == Outcome.INACTIVE && isDaemon(unit)) {
            draft.leaveOpen(
                    unit, false, "its own program ended, as it need not at every boot", RESTART);
        } else if (unit.loops()) {
            draft.leaveOpen(
                    unit,
                    false,
                    "systemd has started it again by itself: the instant decides whether it seems"
                            + " active or failed",
                    RESTART);
        } else if (before == Outcome.STARTED && !appArmor(unit).isEmpty()) {
            draft.leaveOpen(unit, false, appArmor(unit), confinement.remedy());
        } else if (isRestartedWithOthers(unit)) {
            draft.leaveOpen(
                    unit, false, "ends and is started again with what it requires", RESTART);
        } else if (systemd.rivals().containsKey(unit.name())) {
            draft.leaveOpen(unit, false, competition(unit), RESTART);
        } else {
            draft.decide(unit, before, TurnedBy.NOTHING, "");
        }
    }

    private String appArmor(UnitState unit) {
        return confinement.why(unit, shortfalls.execution(unit));
    }

    private boolean isDaemon(UnitState unit) {
        return UnitName.type(unit.name()).equals("service")
                && shortfalls.execution(unit).isDaemon();
    }

    private String competition(UnitState unit) {
        return "may want the same address as "
                + String.join(", ", systemd.rivals().getOrDefault(unit.name(), List.of()))
                + ", and which of them has it is another one in each boot";
    }

    /// Whether the unit's present state came about after the boot, so that the next boot may end
    /// otherwise.
    private boolean endedAfterBoot(UnitState unit, Outcome before) {
        UnitDetail detail = unit.detail();
        if (detail == null || (before != Outcome.FAILED && before != Outcome.INACTIVE)) {
            return false;
        }
        boolean late =
                systemd.finishedMicros() > 0
                        && detail.deactivatedMicros() > systemd.finishedMicros();
        boolean endsByItself =
                switch (UnitName.type(unit.name())) {
                    case "service", "scope" -> true;
                    default -> false;
                };
        return late || (before == Outcome.INACTIVE && !endsByItself);
    }

    /// Whether the boot gave up starting the unit because of something that it requires: systemd
    /// asks a unit's conditions only when that is up (systemd.unit(5), "Conditions and Asserts").
    private boolean isHeldUp(UnitState unit) {
        UnitDetail detail = unit.detail();
        return detail != null
                && Outcome.of(unit) == Outcome.NOT_STARTED
                && detail.conditionMicros() == 0
                && hangsOnWhatIsDown(detail);
    }

    /// Whether something that it requires explains why the boot did not start the unit. What was
    /// enabled since, or belongs to another default target, was simply not tried.
    private boolean isKeptBack(@Nullable UnitDetail detail) {
        return detail == null || detail.conditionMicros() > 0 || hangsOnWhatIsDown(detail);
    }

    private boolean hangsOnWhatIsDown(UnitDetail detail) {
        return !systemd.keepingBack(detail.dependencies()).isEmpty();
    }

    /// Whether it is not started should a program fail that decides about something else. A socket
    /// is systemd's own work.
    private boolean restsWithOthers(UnitState unit) {
        UnitDetail detail = unit.detail();
        return detail != null
                && Dependency.keeping().stream()
                        .anyMatch(kind -> restsWith(unit, kind, detail.dependencies().of(kind)));
    }

    private boolean restsWith(UnitState unit, Dependency kind, List<String> others) {
        return others.stream()
                .map(systemd::unit)
                .filter(Objects::nonNull)
                .filter(other -> Outcome.of(other) == Outcome.STARTED)
                .filter(other -> !UnitName.type(other.name()).equals("socket"))
                .anyMatch(other -> kind.restsOnOther(links.isAfter(unit.name(), other.name())));
    }

    /// Whether it requires a service that systemd starts again when that fails, of which files do
    /// not tell: the two are stopped and started together, until one has been so too often.
    private boolean isRestartedWithOthers(UnitState unit) {
        UnitDetail detail = unit.detail();
        return systemd.source() == Systemd.Source.FILES
                && detail != null
                && UnitName.type(unit.name()).equals("service")
                && detail.dependencies().keeping().stream()
                        .map(systemd::unit)
                        .filter(Objects::nonNull)
                        .filter(other -> UnitName.type(other.name()).equals("service"))
                        .filter(other -> Outcome.of(other) == Outcome.STARTED)
                        .anyMatch(other -> shortfalls.execution(other).isRestarted());
    }

    private static String origin(UnitState unit) {
        if (BootSet.isOfSession(unit)) {
            return "belongs to a login session";
        }
        UnitDetail detail = unit.detail();
        if (detail == null || detail.dependencies().of(Dependency.TRIGGERED_BY).isEmpty()) {
            return "was started by hand or on demand";
        }
        return "was started by "
                + String.join(", ", detail.dependencies().of(Dependency.TRIGGERED_BY));
    }
}
