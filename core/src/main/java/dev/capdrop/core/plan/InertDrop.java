package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.plan.GoalSearch.Found;
import dev.capdrop.core.plan.Plan.Kept;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Goal `inert`: every capability that the kernel never honours in the container, except where
/// something would miss it all the same.
///
/// What the knowledge of engines, files and the runtime lets go is then tried on the forecast: a
/// capability without which a unit is lost, or is no longer certain, is kept.
///
/// All of it is tried at once first, which is one forecast where nothing is lost. Else one
/// capability after the other is added to the drop, by number, and left out for good where the drop
/// costs something with it: as many forecasts as there are capabilities. That need not be the
/// largest drop there is, for a capability that was let go may be why a later one has to stay; no
/// drop of it costs a unit, which is what counts.
final class InertDrop {
    private InertDrop() {}

    static Found of(Need need, CapabilitySet keep, CapabilitySet base, Trials trials) {
        return of(base.only(Need::isInQuestion), it -> need.forIt(it, keep), trials);
    }

    /// Drops of these capabilities what nothing is known to need, as far as it costs nothing.
    static Found of(CapabilitySet all, Function<Capability, @Nullable Kept> needed, Trials trials) {
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
        return trials.lost(free).isEmpty() ? new Found(free, kept) : tried(free, kept, trials);
    }

    private static Found tried(CapabilitySet free, List<Kept> kept, Trials trials) {
        CapabilitySet drop = CapabilitySet.EMPTY;
        List<Kept> all = new ArrayList<>(kept);
        for (Capability capability : free) {
            CapabilitySet more = drop.with(capability);
            SequencedSet<String> lost = trials.lost(more);
            if (lost.isEmpty()) {
                drop = more;
            } else {
                Forecast forecast = trials.forecast(more);
                all.add(
                        new Kept(
                                capability,
                                Kept.By.UNIT,
                                List.copyOf(lost),
                                forecast.fate(lost.getFirst()),
                                forecast.settledBy(lost.getFirst())));
            }
        }
        all.sort(Comparator.comparing(Kept::capability));
        return new Found(drop, all);
    }
}
