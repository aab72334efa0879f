package dev.capdrop.core.change;

import java.time.Duration;
import java.util.Set;

/// How the end of a boot is waited for.
///
/// @param timeout how long; no longer are the answers waited for that are asked for then
/// @param hanging the units that an earlier boot of the container was never done with: this one
///   need not come further
/// @param progress is told what is waited for when that takes long
public record BootWait(Duration timeout, Set<String> hanging, Progress progress) {
    public BootWait {
        hanging = Set.copyOf(hanging);
    }

    /// Until the boot has ended, and nobody is told.
    public static BootWait of(Duration timeout) {
        return new BootWait(timeout, Set.of(), _ -> {});
    }
}
