package dev.capdrop.core.snapshot;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// When the answer about one container has to be there: one for reading and for reasoning, so that
/// no container keeps those who wait for the answers about others.
///
/// Core has no clock: whoever has one says when the time is over, and what takes long asks between
/// two steps.
///
/// @param limit how long it may take altogether
/// @param passed whether that time is over
public record TimeLimit(Duration limit, BooleanSupplier passed) {
    /// All the time that it takes: for a recording that somebody looks at alone, and for tests.
    public static final TimeLimit NONE = new TimeLimit(Duration.ZERO, () -> false);

    /// Goes on, or not.
    ///
    /// @throws OverdueException when the time is over
    public void check() {
        if (passed.getAsBoolean()) {
            throw new OverdueException(limit);
        }
    }

    /// The time that one container may take is over.
    public static final class OverdueException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Duration limit;

        OverdueException(Duration limit) {
            super("not judged within " + limit.toSeconds() + " s");
            this.limit = limit;
        }

        /// How long it might have taken.
        Duration limit() {
            return limit;
        }
    }
}
