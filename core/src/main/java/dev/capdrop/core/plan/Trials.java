package dev.capdrop.core.plan;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecaster;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Function;

/// Tries drops on the forecast: what each would cost beyond what the next boot costs without it.
final class Trials {
    private final Forecaster forecaster;
    private final CapabilitySet base;
    private final Function<Forecast, List<String>> losses;
    private final Set<String> anyway;
    private final Map<CapabilitySet, SequencedSet<String>> tried = new HashMap<>();

    /// @param base PID 1's bounding set at the next boot, were none of these drops made
    public Trials(
            Forecaster forecaster, CapabilitySet base, Function<Forecast, List<String>> losses) {
        this.forecaster = forecaster;
        this.base = base;
        this.losses = losses;
        this.anyway = Set.copyOf(losses.apply(forecast(CapabilitySet.EMPTY)));
        tried.put(CapabilitySet.EMPTY, new LinkedHashSet<>());
    }

    CapabilitySet base() {
        return base;
    }

    public Forecast forecast(CapabilitySet drop) {
        return forecaster.forecast(base.minus(drop));
    }

    public SequencedSet<String> lost(CapabilitySet drop) {
        return tried.computeIfAbsent(
                drop,
                _ -> {
                    SequencedSet<String> lost = new LinkedHashSet<>(losses.apply(forecast(drop)));
                    lost.removeIf(anyway::contains);
                    return lost;
                });
    }

    CapabilitySet blamed(CapabilitySet drop, Set<String> units) {
        CapabilitySet blamed = drop;
        for (var capability : drop) {
            CapabilitySet rest = blamed.without(capability);
            if (!Collections.disjoint(lost(rest), units)) {
                blamed = rest;
            }
        }
        return blamed;
    }
}
