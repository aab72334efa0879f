package dev.capdrop.core.explanation;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecast.Effect.TurnedBy;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.snapshot.Outcome;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Forecasts for each capability alone what its drop would do to one unit.
final class SingleDrops {
    private final String unit;
    private final List<UnitExplanation.Relation> relations;
    private final Map<UnitExplanation.DropForecast, CapabilitySet> changing = new LinkedHashMap<>();
    private final Map<Rule, CapabilitySet> settled = new LinkedHashMap<>();

    private SingleDrops(String unit, List<UnitExplanation.Relation> relations) {
        this.unit = unit;
        this.relations = relations;
    }

    static UnitExplanation.Drops of(
            String unit,
            List<UnitExplanation.Relation> relations,
            Forecaster forecaster,
            CapabilitySet bounding) {
        SingleDrops drops = new SingleDrops(unit, relations);
        for (Capability capability : bounding) {
            CapabilitySet alone = CapabilitySet.EMPTY.with(capability);
            drops.look(forecaster.forecast(bounding.minus(alone)), capability);
        }
        return new UnitExplanation.Drops(
                drops.changing.entrySet().stream()
                        .map(entry -> entry.getKey().with(entry.getValue()))
                        .toList(),
                drops.settled.entrySet().stream()
                        .map(entry -> new UnitExplanation.Settled(entry.getKey(), entry.getValue()))
                        .toList());
    }

    private void look(Forecast forecast, Capability capability) {
        UnitExplanation.DropForecast single = forecast(forecast, capability);
        Forecast.Effect effect = forecast.effect(unit);
        if (single != null) {
            changing.merge(single, CapabilitySet.EMPTY.with(capability), CapabilitySet::union);
        } else if (effect != null && effect.goesOnWithout()) {
            settled.merge(
                    effect.rule(), CapabilitySet.EMPTY.with(capability), CapabilitySet::union);
        }
    }

    private UnitExplanation.@Nullable DropForecast forecast(
            Forecast forecast, Capability capability) {
        if (!forecast.boots()) {
            Why why = forecast.noBoot();
            return forecast(
                    Rule.GeneralRule.NO_BOOT, capability, Outcome.NOT_STARTED, 0, why, List.of());
        }
        List<String> dependants = dependants(forecast);
        Forecast.Effect effect = forecast.effect(unit);
        if (effect != null && effect.changes() && effect.turnedBy() == TurnedBy.DROP) {
            Outcome after = effect.after();
            int status = effect.status();
            return forecast(effect.rule(), capability, after, status, effect.reason(), dependants);
        }
        for (Forecast.Undecided open : forecast.undecided()) {
            if (open.unit().equals(unit) && open.isTouchedByDrop()) {
                return forecast(open.rule(), capability, null, 0, open.reason(), dependants);
            }
        }
        for (Forecast.RestartLoss loss : forecast.lostByRestart()) {
            if (loss.unit().equals(unit) && loss.refusedByDrop()) {
                Why why = Why.of("its conditions no longer let it start");
                return forecast(loss.rule(), capability, Outcome.SKIPPED, 0, why, dependants);
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
                rule, CapabilitySet.EMPTY, after, status, why.textAbout(alone), dependants);
    }

    private List<String> dependants(Forecast forecast) {
        Set<String> turned =
                forecast.changes().stream()
                        .filter(effect -> effect.turnedBy() == TurnedBy.DROP)
                        .map(Forecast.Effect::unit)
                        .collect(Collectors.toSet());
        return relations.stream()
                .map(UnitExplanation.Relation::unit)
                .filter(turned::contains)
                .toList();
    }
}
