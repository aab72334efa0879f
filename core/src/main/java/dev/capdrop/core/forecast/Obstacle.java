package dev.capdrop.core.forecast;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.execution.Missing;
import dev.capdrop.core.execution.Why;

/// The capabilities without which a container does not boot at all.
///
/// Source: boots of systemd 245 to 257 with one capability less each: without any other than
/// sys_admin PID 1 reaches its default target.
final class Obstacle {
    private static final CapabilitySet MOUNTING = CapabilitySet.of("sys_admin");

    private Obstacle() {}

    static Why of(Missing missing) {
        return missing.dropped().containsAll(MOUNTING)
                ? Why.of("without ")
                        .then(MOUNTING)
                        .then(" its systemd cannot mount /run and /dev/shm, and gives up")
                : Why.NONE;
    }
}
