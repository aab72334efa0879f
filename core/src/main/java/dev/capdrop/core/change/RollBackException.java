package dev.capdrop.core.change;

import java.io.IOException;

/// A rollback that failed. Its sentence says first what it was begun for.
public final class RollBackException extends IOException {
    private static final long serialVersionUID = 1L;

    /// @param reason what got worse
    /// @param failed why the way back was not found either
    RollBackException(String reason, IOException failed) {
        super(
                reason
                        + "; and the way back to the old configuration failed: "
                        + failed.getMessage(),
                failed);
    }
}
