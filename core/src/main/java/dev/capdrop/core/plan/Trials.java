package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.plan.Plan.Kept;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Tries drops on the forecast: what each would cost beyond what the next boot costs without it.
final class Trials {
    private final Forecaster forecaster;
    private final CapabilitySet base;
    private final Function<Forecast, List<String>> losses;
    private final Set<String> anyway;
    private final Map<CapabilitySet, SequencedSet<String>> tried = new HashMap<>();

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

    /// Drops of these capabilities what nothing is known to need, as far as it costs nothing: all
    /// at once, else one after the other by number, and each that costs something stays. That need
    /// not be the largest drop; no drop of it costs a unit, which is what counts.
    GoalSearch.Found free(CapabilitySet all, Function<Capability, @Nullable Kept> needed) {
        List<Kept> kept = new ArrayList<>();
        CapabilitySet free = CapabilitySet.EMPTY;
        for (Capability capability : all) {
            Kept why = needed.apply(capability);
            if (why == null) {
                free = free.with(capability);
            } else {
                kept.add(why);
            }
        }
        return lost(free).isEmpty() ? new GoalSearch.Found(free, kept) : tried(free, kept);
    }

    private GoalSearch.Found tried(CapabilitySet free, List<Kept> kept) {
        CapabilitySet drop = CapabilitySet.EMPTY;
        List<Kept> all = new ArrayList<>(kept);
        for (Capability capability : free) {
            CapabilitySet more = drop.with(capability);
            SequencedSet<String> lost = lost(more);
            if (lost.isEmpty()) {
                drop = more;
            } else {
                Forecast forecast = forecast(more);
                String first = lost.getFirst();
                List<String> units = List.copyOf(lost);
                String fate = forecast.fate(first);
                Kept.By by = forecast.engine(first) == null ? Kept.By.UNIT : Kept.By.ENGINE;
                all.add(new Kept(capability, by, units, fate, forecast.settledBy(first)));
            }
        }
        all.sort(Comparator.comparing(Kept::capability));
        return new GoalSearch.Found(drop, all);
    }
}
