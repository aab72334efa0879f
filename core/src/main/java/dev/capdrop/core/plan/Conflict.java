package dev.capdrop.core.plan;

import dev.capdrop.core.capability.CapabilitySet;
import java.util.List;

/// A drop that would cost something that runs, or that the administrator forbade.
///
/// @param capabilities the capabilities whose drop is in question
/// @param heals the failed units that it would turn into skipped ones
/// @param loses the running units that it would cost; empty when the administrator keeps the
///   capability
/// @param dropped whether the plan drops them all the same because the administrator named them
public record Conflict(
        CapabilitySet capabilities, List<String> heals, List<String> loses, boolean dropped) {
    public Conflict {
        heals = List.copyOf(heals);
        loses = List.copyOf(loses);
    }
}
