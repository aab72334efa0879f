package dev.capdrop.core.verification;

import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Unread;
import java.util.List;

/// A forecast, compared with the boot that came.
///
/// @param verdict the sum
/// @param state the systemd state of the container afterwards; empty when it did not answer
/// @param definite the number of units with a definite forecast
/// @param matched how many of them are as forecast
/// @param mismatches the others, and units that failed or stopped running without any forecast
/// @param problem why the container counts as worse as a whole (it does not run), or why nobody can
///   say how it is; empty otherwise
public record Verification(
        Verdict verdict,
        String state,
        int definite,
        int matched,
        List<Mismatch> mismatches,
        String problem) {
    public Verification {
        mismatches = List.copyOf(mismatches);
    }

    /// The same of a boot of which only a part could be read: what got worse did, but that nothing
    /// else did is not proven.
    Verification asFarAsRead(Snapshot after) {
        if (verdict == Verdict.WORSE) {
            return this;
        }
        String why = String.join("; ", after.unread().stream().map(Unread::why).toList());
        return new Verification(Verdict.UNREAD, state, definite, matched, mismatches, why);
    }

    /// The same with the state in which systemd is by now.
    public Verification withState(String now) {
        return new Verification(verdict, now, definite, matched, mismatches, problem);
    }

    /// The whole in one sentence, as the journal and the terminal say it.
    public String sentence() {
        if (!problem.isEmpty()) {
            return problem;
        }
        return state + "; forecast " + definite + " units, " + matched + " as forecast";
    }
}
