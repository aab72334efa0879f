package dev.capdrop.core.forecast;

import static dev.capdrop.core.condition.Condition.Result.FAILED;

import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import java.util.ArrayList;
import java.util.List;

/// Finds what triggers a unit that a drop has skipped from now on.
///
/// Source: systemd.socket(5), systemd.path(5), systemd.timer(5): a unit that triggers another does
/// not ask for its conditions.
record IdleTriggers(Outlook next, Outlook restartOnly) {
    List<Forecast.IdleTrigger> in(List<UnitState> units, Draft draft) {
        List<Forecast.IdleTrigger> idle = new ArrayList<>();
        for (UnitState unit : units) {
            if (next.list(unit.conditions()) == FAILED
                    && restartOnly.list(unit.conditions()) != FAILED) {
                for (String trigger : unit.detail().dependencies().of(Dependency.TRIGGERED_BY)) {
                    Effect effect = draft.effect(trigger);
                    if (effect != null && effect.after().isUp()) {
                        String why = next.refusal(unit.conditions());
                        idle.add(new Forecast.IdleTrigger(trigger, unit.name(), why));
                    }
                }
            }
        }
        return idle;
    }
}
