package dev.capdrop.core.change;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.UnitState;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The effect of taking capabilities from a running PID 1: each later start of a unit is as after a
/// restart of the container, nothing that runs changes.
public record LiveForecast(Snapshot before, CapabilitySet drop, Forecast forecast) {
    public static LiveForecast of(Snapshot before, CapabilitySet drop) {
        Forecast forecast =
                before.view() instanceof Observed seen
                        ? Forecaster.over(before).forecast(seen.init().bounding().minus(drop))
                        : Forecast.NONE;
        return new LiveForecast(before, drop, forecast);
    }

    /// Returns those of the drop that the kernel honours in this container.
    public CapabilitySet honoured() {
        return drop.only(before::honours);
    }

    /// Returns the failed units that systemd skips from now on, whenever it is told to start them,
    /// as a condition holds no more; not what would fail no longer, or only after a restart.
    public List<String> skipped() {
        return forecast.effects().stream()
                .filter(effect ->
                        effect.before() == Outcome.FAILED
                                && effect.after() == Outcome.SKIPPED
                                && effect.turnedBy() == Effect.TurnedBy.DROP)
                .map(Effect::unit)
                .toList();
    }

    List<String> skipped(Snapshot now) {
        Set<String> failed = new TreeSet<>();
        now.units().stream().filter(UnitState::failed).map(UnitState::name).forEach(failed::add);
        return skipped().stream().filter(failed::contains).toList();
    }

    /// Returns what runs now and will not be the same once it is started anew.
    public List<Effect> missed() {
        return forecast.changes().stream()
                .filter(effect ->
                        effect.turnedBy() == Effect.TurnedBy.DROP
                                && effect.before() == Outcome.ACTIVE)
                .toList();
    }
}
