package dev.capdrop.core.change;

import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.verification.Verification;
import dev.capdrop.core.verification.Verification.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a change came to, turn by turn: of one container, of all of a host, of lines that
/// containers share and of the restarts that bring these into force.
///
/// @param turns those that were begun, in their order; lines come before who shares them
/// @param notBegun what had no turn
/// @param stop why not; null when all had one
/// @param problems what nobody could bring to its end beside, one sentence each
public record Rollout(
        List<Turn> turns, List<Subject> notBegun, @Nullable Stop stop, List<String> problems) {
    public Rollout {
        turns = List.copyOf(turns);
        notBegun = List.copyOf(notBegun);
        problems = List.copyOf(problems);
    }

    /// A rollout of these turns, after which nothing is left.
    public static Rollout of(List<? extends Turn> turns) {
        return new Rollout(List.copyOf(turns), List.of(), null, List.of());
    }

    /// A rollout of lines for which no container is restarted.
    public static Rollout of(JournalEntry lines) {
        return of(List.of(new Changed(new Result(lines, null, null))));
    }

    /// Whether all was done that was asked for, and nothing got worse.
    public boolean complete() {
        return notBegun.isEmpty()
                && problems.isEmpty()
                && turns.stream().allMatch(turn -> turn instanceof Changed one && one.complete());
    }

    /// Why no turn is begun after another.
    public enum Stop {
        WORSE("one before got worse"),
        FAILED("one before failed"),
        INTERRUPTED("it was interrupted");

        private final String reason;

        Stop(String reason) {
            this.reason = reason;
        }

        /// What follows "because".
        public String reason() {
            return reason;
        }
    }

    /// How one turn ended.
    public sealed interface Turn {
        /// Whose turn it was.
        Subject subject();

        /// How it ended, one sentence.
        String outcome();

        /// Why none may be begun after it; null when they may.
        @Nullable Stop stop();
    }

    /// It was changed, or the change was taken back.
    public record Changed(Result result) implements Turn {
        @Override
        public Subject subject() {
            return result.entry().before().subject();
        }

        @Override
        public String outcome() {
            return result.entry().outcome();
        }

        @Override
        public @Nullable Stop stop() {
            Verification verification = result.verification();
            boolean asItWas = verification != null && verification.verdict() == Verdict.NOT_LIVE;
            return result.failed() && !asItWas ? Stop.WORSE : null;
        }

        /// Whether it came to what was asked. Of lines nothing may be left to do.
        private boolean complete() {
            Phase phase = result.entry().phase();
            return !result.failed() && (phase.ended() || !(subject() instanceof Subject.Lines));
        }
    }

    /// Nothing was done to it.
    ///
    /// @param outcome why, a sentence
    public record Unchanged(Subject subject, String outcome) implements Turn {
        @Override
        public @Nullable Stop stop() {
            return null;
        }
    }

    /// It could not be changed, or not to the end.
    ///
    /// @param outcome why, and what state that left, a sentence
    public record Failed(Subject subject, String outcome) implements Turn {
        @Override
        public Stop stop() {
            return Stop.FAILED;
        }
    }
}
