package dev.capdrop.core.change;

import java.util.List;

/// A prediction beside what came of it.
///
/// @param verdict the sum
/// @param state the systemd state of the container afterwards; empty when it did not answer
/// @param predicted the number of units with a definite prediction
/// @param matched how many of them are as predicted
/// @param mismatches the others, and units that failed or stopped running without any prediction
/// @param problem why the container counts as worse as a whole (it did not boot); empty when it did
public record Verification(
        Verdict verdict,
        String state,
        int predicted,
        int matched,
        List<Mismatch> mismatches,
        String problem) {
    public Verification {
        mismatches = List.copyOf(mismatches);
    }

    /// The whole in one sentence, as the journal and the terminal say it.
    public String sentence() {
        if (!problem.isEmpty()) {
            return problem;
        }
        if (predicted == 0) {
            return state + "; nothing had been predicted";
        }
        return state + "; predicted " + predicted + " units, " + matched + " as predicted";
    }
}
