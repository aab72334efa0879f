package dev.capdrop.lab.boots;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Snapshot;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One recorded boot.
///
/// @param name such as `drop-net_raw`
/// @param drop what was dropped on top of what the image's configuration drops
/// @param seconds from the start of the container to the end of its boot, or to the end of patience
/// @param units what became of each unit, by name; null when the boot did not end
/// @param journal the last lines that the failed units left in the journal
record Boot(
        String name,
        CapabilitySet drop,
        double seconds,
        @Nullable Map<String, Seen> units,
        String journal) {
    /// The boot of a trial.
    ///
    /// @param snapshot what was read at its end; null when it did not end
    static Boot of(Trial trial, double seconds, @Nullable Snapshot snapshot, String journal) {
        return new Boot(
                trial.name(),
                trial.drop(),
                seconds,
                snapshot == null ? null : Seen.all(snapshot),
                journal);
    }
}
