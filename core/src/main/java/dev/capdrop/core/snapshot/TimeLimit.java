package dev.capdrop.core.snapshot;

import module java.base;

/// The time limit for reading and reasoning about one container, which long work asks between two
/// steps; the caller has the clock.
public record TimeLimit(Duration limit, BooleanSupplier passed) {
    public static final TimeLimit NONE = new TimeLimit(Duration.ZERO, () -> false);

    public void check() {
        if (passed.getAsBoolean()) {
            throw new OverdueException(limit);
        }
    }

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
