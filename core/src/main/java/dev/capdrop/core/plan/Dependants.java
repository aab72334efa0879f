package dev.capdrop.core.plan;

import dev.capdrop.core.plan.Effect.TurnedBy;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a unit's outcome does to the units that hang on it.
///
/// A skipped unit satisfies `Requires=`, but neither `Requisite=` nor `BindsTo=` together with
/// `After=`; a unit that could not be started satisfies none of them.
///
/// Source: systemd.unit(5), "Requires=", "Requisite=", "BindsTo=".
final class Dependants {
    private final List<UnitState> units;
    private final Draft draft;

    Dependants(List<UnitState> units, Draft draft) {
        this.units = units;
        this.draft = draft;
    }

    void propagate() {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (UnitState unit : units) {
                changed |= isKeptFromStarting(unit);
            }
        }
        units.forEach(this::leaveOpenWhatWasHealed);
    }

    private boolean isKeptFromStarting(UnitState unit) {
        Effect effect = draft.effect(unit.name());
        UnitDetail detail = unit.detail();
        if (effect == null || detail == null || !starts(effect)) {
            return false;
        }
        String missing = missingDependency(detail);
        if (missing == null) {
            return false;
        }
        draft.decide(
                unit,
                Outcome.NOT_STARTED,
                TurnedBy.DROP,
                "hangs on " + missing + ", which will not be active");
        return true;
    }

    private static boolean starts(Effect effect) {
        return effect.after() != Outcome.SKIPPED && effect.after() != Outcome.NOT_STARTED;
    }

    private @Nullable String missingDependency(UnitDetail detail) {
        for (String name : detail.links().bindsTo()) {
            if (detail.links().after().contains(name) && isLost(name)) {
                return name;
            }
        }
        for (String name : detail.links().requisite()) {
            if (isLost(name)) {
                return name;
            }
        }
        for (String name : detail.links().requires()) {
            Effect effect = draft.effect(name);
            if (effect != null && effect.changes() && effect.after() == Outcome.NOT_STARTED) {
                return name;
            }
        }
        return null;
    }

    private boolean isLost(String name) {
        Effect effect = draft.effect(name);
        return effect != null && effect.before() == Outcome.ACTIVE && !starts(effect);
    }

    /// What did not start because something that it requires had failed may start once that is
    /// skipped.
    private void leaveOpenWhatWasHealed(UnitState unit) {
        Effect effect = draft.effect(unit.name());
        UnitDetail detail = unit.detail();
        if (effect == null
                || detail == null
                || effect.changes()
                || effect.after() != Outcome.NOT_STARTED) {
            return;
        }
        for (String name : detail.links().requires()) {
            Effect required = draft.effect(name);
            if (required != null && required.before() == Outcome.FAILED && required.changes()) {
                draft.leaveOpen(
                        unit,
                        true,
                        name + ", which it requires, no longer fails",
                        "the restart itself");
            }
        }
    }
}
