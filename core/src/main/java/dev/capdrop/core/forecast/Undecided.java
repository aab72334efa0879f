package dev.capdrop.core.forecast;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.snapshot.Outcome;

/// A unit of which this program cannot know what the next boot makes.
///
/// @param rule what leaves it open
/// @param unit its name
/// @param before what the snapshot shows
/// @param byDrop whether it is the drop that leaves it open, or the restart alone
/// @param capabilities those that it may miss; empty where it is not this that leaves it open
/// @param reason why
/// @param settledBy the evidence that would settle it
public record Undecided(
        Rule rule,
        String unit,
        Outcome before,
        boolean byDrop,
        CapabilitySet capabilities,
        Why reason,
        String settledBy) {
    /// Why, as a sentence fragment.
    public String why() {
        return reason.text();
    }

    /// Whether the drop means something to it: it is why the unit's state is open, or will be
    /// missed whenever something starts the unit.
    public boolean isTouchedByDrop() {
        return byDrop || !capabilities.isEmpty();
    }
}
