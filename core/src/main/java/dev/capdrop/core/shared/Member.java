package dev.capdrop.core.shared;

import dev.capdrop.core.container.HostConfiguration;
import dev.capdrop.core.snapshot.Snapshot;
import org.jspecify.annotations.Nullable;

/// A container of a host for which one drop is planned for all.
///
/// @param configuration its configuration, whose owner is the container's target
/// @param snapshot all that is known of it; null when it could not be read
/// @param excluded whether the administrator leaves it out of the sum: the drop is planned without
///   regard for it, and affects it all the same
/// @param problem why it could not be read; empty when it could
public record Member(
        HostConfiguration configuration,
        @Nullable Snapshot snapshot,
        boolean excluded,
        String problem) {
    /// Its target, as the command line takes it.
    String target() {
        return configuration.owner();
    }

    boolean running() {
        return snapshot != null && snapshot.running();
    }

    /// All that is known of it, where its units are known; else null.
    @Nullable Snapshot withUnits() {
        return snapshot != null && snapshot.observed() ? snapshot : null;
    }
}
