package dev.capdrop.core.snapshot;

import java.time.Duration;

/// The time that one container may take is over.
public final class OverdueException extends RuntimeException {
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
