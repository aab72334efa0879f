package dev.capdrop.core.plan;

import dev.capdrop.core.capability.Capability;
import java.util.List;

/// Why a plan drops a capability.
///
/// @param capability the capability
/// @param units the failed units that its drop turns into skipped ones
/// @param text one sentence
public record Reason(Capability capability, List<String> units, String text) {
    public Reason {
        units = List.copyOf(units);
    }
}
