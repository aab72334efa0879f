package dev.capdrop.lab.boots;

import dev.capdrop.core.plan.Effect;
import dev.capdrop.core.plan.Undecided;
import java.util.List;

/// One forecast beside the boot that it was about.
///
/// @param boot the recorded boot
/// @param changes the units that the boot left in another state than the baseline's
/// @param definite the number of units of which the forecast said what becomes of them
/// @param wrong those of them of which something else became
/// @param undecided the units that the forecast left open because of the drop
record Judgement(
        Boot boot,
        List<Change> changes,
        int definite,
        List<Effect> wrong,
        List<Undecided> undecided) {
    Judgement {
        changes = List.copyOf(changes);
        wrong = List.copyOf(wrong);
        undecided = List.copyOf(undecided);
    }

    long count(Change.Verdict verdict) {
        return changes.stream().filter(change -> change.verdict() == verdict).count();
    }
}
