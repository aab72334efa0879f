package dev.capdrop.core.change;

import java.time.Duration;

/// The way in which a change takes effect in a running container.
///
/// @param timeout how long a shutdown, and then a boot, may take
/// @param force whether a container that does not shut down in time is killed
public record Restart(Way way, Duration timeout, boolean force) {
    public enum Way {
        RESTART,
        LIVE,
        LATER
    }

    boolean wanted() {
        return way == Way.RESTART;
    }
}
