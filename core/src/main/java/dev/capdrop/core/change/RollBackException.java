package dev.capdrop.core.change;

import java.io.IOException;

/// A rollback that failed. Its sentence says first what it was begun for.
public final class RollBackException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String wayBack;

    public RollBackException(String reason, IOException failed) {
        super(reason + "; and " + wayBack(failed), failed);
        this.wayBack = wayBack(failed);
    }

    private static String wayBack(IOException failed) {
        return "the way back to the old configuration failed: " + failed.getMessage();
    }

    /// Returns why the way back was not found, without what it was begun for.
    public String wayBack() {
        return wayBack;
    }
}
