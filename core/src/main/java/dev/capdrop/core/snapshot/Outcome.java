package dev.capdrop.core.snapshot;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.SubState;
import java.util.EnumSet;
import java.util.Set;

/// What a boot makes of a unit.
///
/// One for all three boots: the one that was seen, the one that is replayed from it, and the one
/// that files alone lead to.
public enum Outcome {
    ACTIVE("active", Dependency.Standing.UP),
    /// The files do not tell; active as far as anybody can tell.
    UNDECIDED("active", Dependency.Standing.UP),
    /// systemd starts it, or is told to by files that nobody has seen at work: what comes of it
    /// rests with its own program, or with that of what it requires, and no file tells.
    STARTED("started", Dependency.Standing.UP),
    /// It ran and ended, or waits for a trigger.
    INACTIVE("inactive", Dependency.Standing.ENDED),
    /// A condition does not hold.
    SKIPPED("skipped", Dependency.Standing.SKIPPED),
    FAILED("failed", Dependency.Standing.FAILED),
    /// No boot starts it, or what it hangs on kept it from starting.
    NOT_STARTED("not-started", Dependency.Standing.NOT_STARTED);

    private static final Set<SubState> RUNNING =
            EnumSet.of(SubState.RUNNING, SubState.LISTENING, SubState.MOUNTED);

    private final String word;
    private final Dependency.Standing standing;

    Outcome(String word, Dependency.Standing standing) {
        this.word = word;
        this.standing = standing;
    }

    /// The word for it in output and JSON.
    public String word() {
        return word;
    }

    /// What it means to the units that name this one as a dependency, should its program do well.
    public Dependency.Standing standing() {
        return standing;
    }

    /// What the snapshot shows of this unit. A service that systemd keeps restarting counts as
    /// failed.
    public static Outcome of(UnitState unit) {
        if (unit.active() == ActiveState.STARTED) {
            return STARTED;
        }
        if (unit.active() == ActiveState.UNDECIDED) {
            return UNDECIDED;
        }
        if (unit.failed() || unit.isBetweenRuns()) {
            return FAILED;
        }
        if (!unit.active().isDown()) {
            return ACTIVE;
        }
        UnitDetail detail = unit.detail();
        if (Conditions.list(unit.conditions()) == Condition.Result.FAILED
                || refused(detail.activation())) {
            return SKIPPED;
        }
        boolean mayHaveRun = !detail.isRead() || detail.activation().activatedMicros() > 0;
        return mayHaveRun ? INACTIVE : NOT_STARTED;
    }

    /// What a boot has made of this unit: one that only restarts make seem to run has failed.
    public static Outcome afterBoot(UnitState unit) {
        return unit.runsByRestartsOnly() ? FAILED : of(unit);
    }

    /// Whether the conditions as a whole did not hold. Which of them did not is not always known:
    /// systemd forgets it on a daemon-reload, and systemctl does not say.
    private static boolean refused(UnitDetail.Activation last) {
        return last.conditionMicros() > 0 && !last.conditionResult();
    }

    /// Whether it is up, as far as anybody can tell.
    public boolean isUp() {
        return this == ACTIVE || this == UNDECIDED || this == STARTED;
    }

    /// Whether the unit runs now, or would if its program did well. What it has to lose beside says
    /// [dev.capdrop.core.plan.Losses.Work].
    public static boolean isRunning(UnitState unit) {
        return !unit.active().isDown() && RUNNING.contains(unit.sub());
    }
}
