package dev.capdrop.lab.boots;

import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Snapshot;
import org.jspecify.annotations.Nullable;

/// One recorded boot.
///
/// @param name such as `drop-net_raw`
/// @param drop what was dropped on top of what the image's configuration drops
/// @param seconds from the start of the container to the end of its boot, or to the end of patience
/// @param snapshot what was read then; null when the boot did not end
/// @param journal the last lines that the failed units left in the journal
record Boot(
        String name,
        CapabilitySet drop,
        double seconds,
        @Nullable Snapshot snapshot,
        String journal) {
    boolean booted() {
        return snapshot != null;
    }
}
