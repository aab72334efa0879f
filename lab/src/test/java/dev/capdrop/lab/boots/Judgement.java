package dev.capdrop.lab.boots;

import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.rule.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// One forecast beside the boot that it was about.
///
/// @param boot the recorded boot
/// @param changes the units that the boot left in another state than the baseline's
/// @param definite the number of units of which the forecast said what becomes of them
/// @param wrong those of them of which something else became
/// @param undecided the units that the forecast left undecided because of the drop
/// @param undecidedAnyway the number of those that it would have left undecided without any drop
/// @param rules those by which it said something of a unit
record Judgement(
        Boot boot,
        List<Change> changes,
        int definite,
        List<Effect> wrong,
        List<Undecided> undecided,
        int undecidedAnyway,
        Set<Rule> rules) {
    Judgement {
        changes = List.copyOf(changes);
        wrong = List.copyOf(wrong);
        undecided = List.copyOf(undecided);
        rules = Set.copyOf(rules);
    }

    /// What reality contradicted, one sentence each: changes that were not forecast, and forecast
    /// ones that did not come.
    List<String> contradicted() {
        List<String> all = new ArrayList<>(surprises());
        for (Effect effect : wrong) {
            all.add(
                    "%s: %s was said to become %s: %s"
                            .formatted(
                                    boot.name(),
                                    effect.unit(),
                                    effect.after().word(),
                                    effect.why()));
        }
        return all;
    }

    /// The changes that were neither forecast nor named undecided, one sentence each.
    List<String> surprises() {
        List<String> all = new ArrayList<>();
        for (Change change : changes) {
            if (change.verdict() == Change.Verdict.SURPRISE) {
                all.add(
                        "%s: %s was %s, is %s %s; said: %s"
                                .formatted(
                                        boot.name(),
                                        change.unit(),
                                        change.before().word(),
                                        change.after().word(),
                                        change.status(),
                                        change.said()));
            }
        }
        return all;
    }

    long count(Change.Verdict verdict) {
        return changes.stream().filter(change -> change.verdict() == verdict).count();
    }
}
