package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import java.util.List;

/// Why a plan drops a capability.
///
/// @param capability the capability
/// @param units the failed units that its drop turns into skipped ones
/// @param named whether the administrator named it
/// @param text one sentence
public record Reason(Capability capability, List<String> units, boolean named, String text) {
    public Reason {
        units = List.copyOf(units);
    }
}
