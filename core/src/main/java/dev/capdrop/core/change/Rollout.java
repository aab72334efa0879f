package dev.capdrop.core.change;

import dev.capdrop.core.change.Change.Result;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.verification.Verification;
import dev.capdrop.core.verification.Verification.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The end of a change, turn by turn, of one container, of a host, or of shared lines and the
/// restarts for them.
///
/// @param turns those that were begun, in their order; lines come before who shares them
/// @param stop why not all had one; null when they had
public record Rollout(
        List<Turn> turns, List<Subject> notBegun, @Nullable Stop stop, List<String> problems) {
    public static Rollout of(List<? extends Turn> turns) {
        return new Rollout(List.copyOf(turns), List.of(), null, List.of());
    }

    /// Returns a rollout of lines for which no container is restarted.
    public static Rollout of(JournalEntry lines) {
        return of(List.of(new Changed(new Result(lines, null, null, null))));
    }

    /// Whether all was done that was asked for, and nothing got worse.
    public boolean complete() {
        return notBegun.isEmpty()
                && problems.isEmpty()
                && turns.stream().allMatch(turn -> turn instanceof Changed one && one.complete());
    }

    public enum Stop {
        WORSE("one before got worse"),
        FAILED("one before failed"),
        INTERRUPTED("it was interrupted");

        private final String reason;

        Stop(String reason) {
            this.reason = reason;
        }

        public String reason() {
            return reason;
        }
    }

    public sealed interface Turn {
        Subject subject();

        String outcome();

        /// Returns why no turn may begin after it; null when one may.
        default @Nullable Stop stop() {
            return switch (this) {
                case Changed(Result result) -> {
                    Verification seen = result.verification();
                    boolean asItWas = seen != null && seen.verdict() == Verdict.NOT_LIVE;
                    yield result.failed() && !asItWas ? Stop.WORSE : null;
                }
                case Unchanged _ -> null;
                case Failed _ -> Stop.FAILED;
            };
        }
    }

    /// A turn that changed something, be it taken back since.
    public record Changed(Result result) implements Turn {
        @Override
        public Subject subject() {
            return result.entry().before().subject();
        }

        @Override
        public String outcome() {
            return result.entry().outcome();
        }

        /// Whether it came to what was asked. Of lines nothing may be left to do.
        private boolean complete() {
            JournalEntry.Phase phase = result.entry().phase();
            return !result.failed() && (phase.ended() || !(subject() instanceof Subject.Lines));
        }
    }

    /// A turn in which nothing was done, and why.
    public record Unchanged(Subject subject, String outcome) implements Turn {}

    /// A turn that failed, why, and what state that left.
    public record Failed(Subject subject, String outcome) implements Turn {}
}
