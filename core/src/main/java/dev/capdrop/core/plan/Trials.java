package dev.capdrop.core.plan;

import dev.capdrop.core.capability.CapabilitySet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Tries drops on the forecast: what each would cost beyond what the next boot costs without it.
final class Trials {
    private final WhatIf whatIf;
    private final CapabilitySet base;
    private final Function<Forecast, List<String>> losses;
    private final List<String> anyway;
    private final Map<CapabilitySet, List<String>> tried = new HashMap<>();

    /// @param base PID 1's bounding set at the next boot, were none of these drops made
    /// @param losses what counts as a loss
    Trials(WhatIf whatIf, CapabilitySet base, Function<Forecast, List<String>> losses) {
        this.whatIf = whatIf;
        this.base = base;
        this.losses = losses;
        this.anyway = losses.apply(forecast(CapabilitySet.EMPTY));
        tried.put(CapabilitySet.EMPTY, List.of());
    }

    Forecast forecast(CapabilitySet drop) {
        return whatIf.forecast(base.minus(drop));
    }

    /// The units that this drop would cost.
    List<String> lost(CapabilitySet drop) {
        return tried.computeIfAbsent(
                drop,
                _ -> {
                    List<String> lost = new ArrayList<>(losses.apply(forecast(drop)));
                    lost.removeAll(anyway);
                    return lost;
                });
    }

    /// As small a part of a drop as costs any of these units, none of which it can do without.
    CapabilitySet toBlame(CapabilitySet drop, List<String> units) {
        CapabilitySet blamed = drop;
        for (var capability : drop) {
            CapabilitySet rest = blamed.minus(CapabilitySet.EMPTY.with(capability));
            if (lost(rest).stream().anyMatch(units::contains)) {
                blamed = rest;
            }
        }
        return blamed;
    }
}
