package dev.capdrop.core.forecast;

import dev.capdrop.core.execution.Execution;
import dev.capdrop.core.execution.Shortfalls;
import dev.capdrop.core.snapshot.UnitState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What starts a oneshot that ends at once, each time that it is itself started again: when that is
/// too often, the oneshot fails (systemd.unit(5), "StartLimitIntervalSec=").
final class OneshotStarters {
    private final Shortfalls shortfalls;
    private final Map<String, List<String>> byOneshot = new HashMap<>();

    OneshotStarters(List<UnitState> units, Shortfalls shortfalls) {
        this.shortfalls = shortfalls;
        for (UnitState unit : units) {
            if (shortfalls.execution(unit).isRestarted()) {
                for (String name : unit.detail().dependencies().pulledIn()) {
                    byOneshot.computeIfAbsent(name, _ -> new ArrayList<>()).add(unit.name());
                }
            }
        }
    }

    List<String> of(UnitState unit) {
        Execution execution = shortfalls.execution(unit);
        boolean ends =
                execution.isOneshot()
                        && !execution.has("RemainAfterExit")
                        && !shortfalls.mayBeStartedAnyNumberOfTimes(unit);
        return ends ? byOneshot.getOrDefault(unit.name(), List.of()) : List.of();
    }
}
