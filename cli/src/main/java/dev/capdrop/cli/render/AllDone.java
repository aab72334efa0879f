package dev.capdrop.cli.render;

import dev.capdrop.cli.render.AllPlanned.Container;
import dev.capdrop.core.change.Result;
import dev.capdrop.core.verification.Verification;
import dev.capdrop.core.verification.Verification.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The outcome of the changes of a whole host.
///
/// @param ended the turns that were begun, in the order of the plan
/// @param notBegun the containers without a turn
/// @param stop the reason for that; null when all had one
public record AllDone(List<Ended> ended, List<Container> notBegun, @Nullable Stop stop) {
    public AllDone {
        ended = List.copyOf(ended);
        notBegun = List.copyOf(notBegun);
    }

    /// The reason to end the changes before all are done.
    public enum Stop {
        WORSE("one before got worse"),
        FAILED("one before failed"),
        INTERRUPTED("it was interrupted");

        private final String reason;

        Stop(String reason) {
            this.reason = reason;
        }

        /// Returns the clause that follows "because".
        String reason() {
            return reason;
        }
    }

    /// Whether all planned changes were made.
    public boolean complete() {
        return notBegun.isEmpty()
                && ended.stream()
                        .allMatch(e -> e instanceof Changed changed && !changed.result().failed());
    }

    /// The end of one turn.
    public sealed interface Ended {
        Container container();

        /// Returns why no turn may be begun after it; null when one may.
        @Nullable Stop stop();

        /// Returns the outcome in one sentence.
        String outcome();
    }

    /// The container was changed, or the change was taken back.
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

    /// The container was left alone, since it is not as it was in the plan, for this outcome.
    public record Left(Container container, String outcome) implements Ended {
        @Override
        public @Nullable Stop stop() {
            return null;
        }
    }

    /// The container could not be changed, or not to the end; the outcome says where it is left.
    public record Failed(Container container, String outcome) implements Ended {
        @Override
        public Stop stop() {
            return Stop.FAILED;
        }
    }
}
