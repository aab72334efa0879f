package dev.capdrop.core.change;

import java.time.Duration;

/// How a change may restart the container.
///
/// @param wanted whether it may at all; otherwise the change waits for somebody else's restart
/// @param timeout how long a shutdown, and then a boot, may take
/// @param force whether a container that does not shut down in time is killed
public record Restart(boolean wanted, Duration timeout, boolean force) {}
