package dev.capdrop.core.explanation;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.forecast.Effect;
import dev.capdrop.core.forecast.Effect.TurnedBy;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.forecast.RestartLoss;
import dev.capdrop.core.forecast.Undecided;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.snapshot.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Asks for each capability alone what its drop would do to one unit.
final class Drops {
    private final String unit;
    private final List<UnitExplanation.Relation> relations;

    Drops(String unit, List<UnitExplanation.Relation> relations) {
        this.unit = unit;
        this.relations = relations;
    }

    /// What changes the unit, capabilities that do the same together.
    ///
    /// @param bounding the bounding set of the next boot, were nothing dropped
    List<UnitExplanation.DropForecast> of(Forecaster forecaster, CapabilitySet bounding) {
        List<UnitExplanation.DropForecast> all = new ArrayList<>();
        for (Capability capability : bounding) {
            CapabilitySet alone = CapabilitySet.EMPTY.with(capability);
            UnitExplanation.DropForecast one =
                    forecast(forecaster.forecast(bounding.minus(alone)), capability);
            if (one != null) {
                add(all, one);
            }
        }
        return all;
    }

    private static void add(
            List<UnitExplanation.DropForecast> all, UnitExplanation.DropForecast one) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).isLike(one)) {
                all.set(i, all.get(i).with(one.capabilities()));
                return;
            }
        }
        all.add(one);
    }

    private UnitExplanation.@Nullable DropForecast forecast(
            Forecast forecast, Capability capability) {
        if (!forecast.boots()) {
            return forecast(
                    Rule.NO_BOOT, capability, Outcome.NOT_STARTED, 0, forecast.noBoot(), List.of());
        }
        List<String> dependants = dependants(forecast);
        Effect effect = forecast.effect(unit);
        if (effect != null && effect.changes() && effect.turnedBy() == TurnedBy.DROP) {
            return forecast(
                    effect.rule(),
                    capability,
                    effect.after(),
                    effect.status(),
                    effect.reason(),
                    dependants);
        }
        for (Undecided open : forecast.undecided()) {
            if (open.unit().equals(unit) && open.byDrop()) {
                return forecast(open.rule(), capability, null, 0, open.reason(), dependants);
            }
        }
        for (RestartLoss loss : forecast.lostByRestart()) {
            if (loss.unit().equals(unit) && loss.refusedByDrop()) {
                return forecast(
                        loss.rule(),
                        capability,
                        Outcome.SKIPPED,
                        0,
                        Why.of("its conditions no longer let it start"),
                        dependants);
            }
        }
        return null;
    }

    private static UnitExplanation.DropForecast forecast(
            Rule rule,
            Capability capability,
            @Nullable Outcome after,
            int status,
            Why why,
            List<String> dependants) {
        CapabilitySet alone = CapabilitySet.EMPTY.with(capability);
        return new UnitExplanation.DropForecast(
                rule, alone, after, status, why.textAbout(alone), dependants);
    }

    private List<String> dependants(Forecast forecast) {
        Set<String> turned = new HashSet<>();
        for (Effect effect : forecast.changes()) {
            if (effect.turnedBy() == TurnedBy.DROP) {
                turned.add(effect.unit());
            }
        }
        return relations.stream()
                .map(UnitExplanation.Relation::unit)
                .filter(turned::contains)
                .toList();
    }
}
