package dev.capdrop.core.trial;

import dev.capdrop.capability.CapabilitySet;
import java.util.List;

/// A boot of a copy with fewer capabilities, and what came of it.
///
/// @param number of all boots of the trial, from 1 on
/// @param dropped what its configuration drops more than the container's own
/// @param losses what was lost; empty where all works
/// @param seconds how long the boot took, with what was looked at
public record TrialBoot(int number, CapabilitySet dropped, List<Loss> losses, long seconds) {
    /// The losses are copied.
    public TrialBoot {
        losses = List.copyOf(losses);
    }

    /// Whether all works.
    public boolean works() {
        return losses.isEmpty();
    }

    /// Whether the copy came up and its boot ended, whatever was lost.
    public boolean ended() {
        return losses.stream().noneMatch(loss -> loss.kind() == Loss.Kind.BOOT);
    }
}
