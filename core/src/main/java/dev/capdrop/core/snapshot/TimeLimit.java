package dev.capdrop.core.snapshot;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// The time limit for one container, reading and reasoning together, so that it does not hold up
/// the answers about others.
///
/// Core has no clock: the caller supplies the test, and long work asks between two steps.
public record TimeLimit(Duration limit, BooleanSupplier passed) {
    /// No limit: for a recording that somebody looks at alone, and for tests.
    public static final TimeLimit NONE = new TimeLimit(Duration.ZERO, () -> false);

    public void check() {
        if (passed.getAsBoolean()) {
            throw new OverdueException(limit);
        }
    }

    /// Thrown when the time for one container is over.
    public static final class OverdueException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Duration limit;

        OverdueException(Duration limit) {
            super("not judged within " + limit.toSeconds() + " s");
            this.limit = limit;
        }

        Duration limit() {
            return limit;
        }
    }
}
