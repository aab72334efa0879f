package dev.capdrop.core.snapshot;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.unit.LoadState;
import dev.capdrop.core.unit.SubState;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitType;
import java.util.List;

/// A unit as systemd has it loaded.
///
/// @param loadState loaded, masked, not-found, …
/// @param activeState a word of [ActiveState]
/// @param subState a word of [SubState] or another
/// @param conditions with systemd's results; empty when it has none or they were not asked for
/// @param detail [UnitDetail#UNREAD] when it was not asked for
public record UnitState(
        String name,
        String loadState,
        String activeState,
        String subState,
        List<Condition.Tested> conditions,
        UnitDetail detail) {
    private static final int START_LIMIT_BURST = 5;

    public UnitState with(UnitDetail other) {
        return new UnitState(name, loadState, activeState, subState, conditions, other);
    }

    public UnitType type() {
        return UnitName.type(name);
    }

    public List<String> aliases() {
        return detail.aliases();
    }

    public LoadState load() {
        return LoadState.of(loadState);
    }

    public ActiveState active() {
        return ActiveState.of(activeState);
    }

    public SubState sub() {
        return SubState.of(subState);
    }

    public boolean loaded() {
        return load() == LoadState.LOADED;
    }

    public boolean refused() {
        return load() == LoadState.BAD_SETTING || load() == LoadState.ERROR;
    }

    public boolean failed() {
        return active() == ActiveState.FAILED;
    }

    /// Whether its last process did not end badly, as far as known; one whose `ExecCondition=` kept
    /// it from starting has not failed, and has not run.
    boolean endedWell() {
        return detail.exit() == null
                || detail.exit().result().isEmpty()
                || detail.exit().result().equals("success");
    }

    /// Whether systemd has restarted it by itself, so that the instant of a reading decides its
    /// state.
    public boolean loops() {
        return isBetweenRuns() || (detail.exit() != null && detail.exit().restarts() > 0);
    }

    /// Whether it runs only because systemd keeps restarting it, as often as makes systemd give up
    /// others (systemd-system.conf(5), `DefaultStartLimitBurst=`), which `RestartSec=` may avoid.
    public boolean runsByRestartsOnly() {
        return active() == ActiveState.ACTIVE
                && detail.exit() != null
                && detail.exit().restarts() >= START_LIMIT_BURST;
    }

    public boolean isBetweenRuns() {
        return sub() == SubState.AUTO_RESTART;
    }

    public boolean masked() {
        return load() == LoadState.MASKED;
    }
}
