package dev.capdrop.core.snapshot;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.snapshot.UnitState.SubState;
import dev.capdrop.core.unit.Dependency;
import module java.base;

/// The outcome of a unit in a boot that was seen, replayed, or derived from files alone.
public enum Outcome {
    ACTIVE("active", Dependency.Standing.UP),
    /// The files do not tell; the unit counts as active.
    UNDECIDED("active", Dependency.Standing.UP),
    /// Started, by systemd or by unseen files; a program decides the result.
    STARTED("started", Dependency.Standing.UP),
    /// The unit ran and ended, or waits for a trigger.
    INACTIVE("inactive", Dependency.Standing.ENDED),
    SKIPPED("skipped", Dependency.Standing.SKIPPED),
    FAILED("failed", Dependency.Standing.FAILED),
    /// No boot starts the unit, or something it depends on kept it from starting.
    NOT_STARTED("not-started", Dependency.Standing.NOT_STARTED);

    private static final Set<SubState> RUNNING =
            EnumSet.of(SubState.RUNNING, SubState.LISTENING, SubState.MOUNTED);

    private final String word;
    private final Dependency.Standing standing;

    Outcome(String word, Dependency.Standing standing) {
        this.word = word;
        this.standing = standing;
    }

    public String word() {
        return word;
    }

    /// Returns the standing for the units that depend on this one, should its program do well.
    public Dependency.Standing standing() {
        return standing;
    }

    /// Returns the outcome in the snapshot; a service that keeps restarting counts as failed.
    public static Outcome of(UnitState unit) {
        if (unit.active() == UnitState.ActiveState.STARTED) {
            return STARTED;
        }
        if (unit.active() == UnitState.ActiveState.UNDECIDED) {
            return UNDECIDED;
        }
        if (unit.failed() || unit.isBetweenRuns()) {
            return FAILED;
        }
        if (!unit.active().isDown()) {
            return ACTIVE;
        }
        UnitDetail detail = unit.detail();
        if (wasTried(detail)
                && (Conditions.list(unit.conditions()) == Condition.Result.FAILED
                        || refused(detail.activation()))) {
            return SKIPPED;
        }
        boolean mayHaveRun = !detail.isRead() || detail.activation().activatedMicros() > 0;
        return mayHaveRun ? INACTIVE : NOT_STARTED;
    }

    /// Returns the outcome of a boot: a unit that only restarts make seem to run has failed.
    public static Outcome afterBoot(UnitState unit) {
        return unit.runsByRestartsOnly() ? FAILED : of(unit);
    }

    /// Whether something may have tried to start it; files have results for other units, too.
    private static boolean wasTried(UnitDetail detail) {
        return !detail.isRead() || detail.activation().conditionMicros() > 0;
    }

    /// Whether the conditions as a whole did not hold; systemd forgets which on a daemon-reload.
    private static boolean refused(UnitDetail.Activation last) {
        return last.conditionMicros() > 0 && !last.conditionResult();
    }

    public boolean isUp() {
        return this == ACTIVE || this == UNDECIDED || this == STARTED;
    }

    /// Whether it runs, or would if its program did well; see [dev.capdrop.core.plan.Losses.Work].
    public static boolean isRunning(UnitState unit) {
        return !unit.active().isDown() && RUNNING.contains(unit.sub());
    }
}
