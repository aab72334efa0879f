package dev.capdrop.cli.render;

import dev.capdrop.cli.render.AllPlanned.Container;
import dev.capdrop.core.change.Result;
import dev.capdrop.core.verification.Verification;
import dev.capdrop.core.verification.Verification.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What became of the changes of a whole host.
///
/// @param ended those that had their turn, in the order of the plan
/// @param notBegun those that had none
/// @param stop why not; null when all had one
public record AllDone(List<Ended> ended, List<Container> notBegun, @Nullable Stop stop) {
    public AllDone {
        ended = List.copyOf(ended);
        notBegun = List.copyOf(notBegun);
    }

    /// What ends the changes before all are done.
    public enum Stop {
        WORSE("one before got worse"),
        FAILED("one before failed"),
        INTERRUPTED("it was interrupted");

        private final String reason;

        Stop(String reason) {
            this.reason = reason;
        }

        /// What follows "because".
        String reason() {
            return reason;
        }
    }

    /// Whether all was done that was planned.
    public boolean complete() {
        return notBegun.isEmpty()
                && ended.stream().allMatch(e -> e instanceof Changed one && !one.result().failed());
    }

    /// How one turn ended.
    public sealed interface Ended {
        /// The container.
        Container container();

        /// Why none may be begun after it; null when they may.
        @Nullable Stop stop();

        /// The same in one sentence.
        String outcome();
    }

    /// It was changed, or the change was taken back.
    public record Changed(Container container, Result result) implements Ended {
        @Override
        public @Nullable Stop stop() {
            Verification verification = result.verification();
            boolean asItWas = verification != null && verification.verdict() == Verdict.NOT_LIVE;
            return result.failed() && !asItWas ? Stop.WORSE : null;
        }

        @Override
        public String outcome() {
            return result.entry().outcome();
        }
    }

    /// Nothing was done, because it is not as it was when the plan was shown.
    ///
    /// @param outcome why, a sentence
    public record Left(Container container, String outcome) implements Ended {
        @Override
        public @Nullable Stop stop() {
            return null;
        }
    }

    /// It could not be changed, or not to the end.
    ///
    /// @param outcome why, and what state that left, in a sentence
    public record Failed(Container container, String outcome) implements Ended {
        @Override
        public Stop stop() {
            return Stop.FAILED;
        }
    }
}
