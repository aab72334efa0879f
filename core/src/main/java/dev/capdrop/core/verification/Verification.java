package dev.capdrop.core.verification;

import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import java.util.List;

/// A forecast, compared with the boot that came.
///
/// @param state the systemd state of the container afterwards; empty when it did not answer
/// @param definite the number of units with a definite forecast
/// @param problem why the container is worse as a whole, or nobody can say how it is; else empty
public record Verification(
        Verdict verdict,
        String state,
        int definite,
        int matched,
        List<Mismatch> mismatches,
        String problem) {
    /// Returns a verdict without any unit compared.
    public static Verification of(Verdict verdict, String state, String problem) {
        return new Verification(verdict, state, 0, 0, List.of(), problem);
    }

    /// Returns this for a boot of which only a part was read: only what got worse is proven.
    Verification asFarAsRead(Snapshot after) {
        if (verdict == Verdict.WORSE) {
            return this;
        }
        String why = String.join("; ", after.unread().stream().map(Snapshot.Unread::why).toList());
        return new Verification(Verdict.UNREAD, state, definite, matched, mismatches, why);
    }

    public Verification withState(String now) {
        return new Verification(verdict, now, definite, matched, mismatches, problem);
    }

    /// Returns the whole in one sentence, for the journal and the terminal.
    public String sentence() {
        if (!problem.isEmpty()) {
            return problem;
        }
        return state + "; forecast " + definite + " units, " + matched + " as forecast";
    }

    /// A unit that is not as forecast.
    ///
    /// @param byDrop whether the drop can be its cause
    /// @param harm whether something failed or stopped running that did not before
    /// @param why one sentence fragment; may be empty
    public record Mismatch(
            String unit,
            Outcome forecast,
            Outcome actual,
            boolean byDrop,
            boolean harm,
            String why) {}

    /// The effect of a change on a container.
    public enum Verdict {
        /// A failed unit works, or is skipped, as was forecast.
        BETTER("better", "better"),
        SAME("same", "same"),
        /// A change was taken back, and the container is as before.
        AS_BEFORE("as-before", "as before the change"),
        /// A unit is lost, and that was forecast and accepted.
        WORSE_AS_FORECAST("worse-as-foreseen", "worse, as forecast"),
        WORSE("worse", "worse"),
        /// The running PID 1 still holds what was to be taken from it.
        NOT_LIVE("not-live", "unchanged, the live step failed"),
        /// systemd did not answer, or not to the end.
        UNREAD("unread", "not known, it could not be read"),
        /// The boot has not ended, and the one before the change had.
        UNSETTLED("unsettled", "not known, its boot has not ended"),
        /// Nothing had been forecast, so that nothing is proven.
        UNPROVEN("unproven", "not proven, nothing had been forecast");

        private final String word;
        private final String inWords;

        Verdict(String word, String inWords) {
            this.word = word;
            this.inWords = inWords;
        }

        public String word() {
            return word;
        }

        public String inWords() {
            return inWords;
        }

        public boolean mayBeSettled() {
            return this == UNREAD || this == UNSETTLED;
        }

        public boolean failed() {
            return this == WORSE || this == NOT_LIVE || this == UNPROVEN || mayBeSettled();
        }
    }
}
