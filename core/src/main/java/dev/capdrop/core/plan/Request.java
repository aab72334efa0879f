package dev.capdrop.core.plan;

import dev.capdrop.capability.CapabilitySet;
import java.util.Set;

/// What the administrator asked a plan for.
///
/// @param goal the goal
/// @param drop capabilities to drop whatever else the plan finds
/// @param keep capabilities that must stay
/// @param allowSkip units whose loss is accepted
public record Request(Goal goal, CapabilitySet drop, CapabilitySet keep, Set<String> allowSkip) {
    /// The plan that heals, without conditions.
    public static final Request HEALTHY =
            new Request(Goal.HEALTHY, CapabilitySet.EMPTY, CapabilitySet.EMPTY, Set.of());

    public Request {
        allowSkip = Set.copyOf(allowSkip);
        if (!drop.intersect(keep).isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + drop.intersect(keep) + "' is named both to be dropped and to be kept");
        }
    }
}
