package dev.capdrop.core.plan;

import dev.capdrop.core.plan.Effect.TurnedBy;
import dev.capdrop.core.snapshot.UnitState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A forecast in the making: of each unit at most one thing is known.
final class Draft {
    private final Map<String, Effect> effects = new LinkedHashMap<>();
    private final Map<String, Undecided> undecided = new LinkedHashMap<>();
    private final List<RestartLoss> losses = new ArrayList<>();

    void decide(UnitState unit, Outcome after, TurnedBy turnedBy, String why) {
        Outcome before = Outcome.of(unit);
        boolean same = before == after;
        effects.put(
                unit.name(),
                new Effect(
                        unit.name(),
                        before,
                        after,
                        same ? TurnedBy.NOTHING : turnedBy,
                        same ? "" : why));
    }

    void leaveOpen(UnitState unit, boolean byDrop, String why, String settledBy) {
        effects.remove(unit.name());
        undecided.put(
                unit.name(), new Undecided(unit.name(), Outcome.of(unit), byDrop, why, settledBy));
    }

    void lose(UnitState unit, String why, boolean refusedByDrop) {
        losses.add(new RestartLoss(unit.name(), why, refusedByDrop));
    }

    /// What is decided of this unit; null when nothing is.
    @Nullable Effect effect(String unit) {
        return effects.get(unit);
    }

    Forecast finish() {
        return new Forecast(List.copyOf(effects.values()), List.copyOf(undecided.values()), losses);
    }
}
