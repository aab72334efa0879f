package dev.capdrop.core.execution;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.rule.Rule;
import java.util.List;

/// That a unit's start goes on without capabilities, as far as a record of it tells.
///
/// @param rule what says so
/// @param without those
record GoingOn(Rule rule, CapabilitySet without) {
    /// All that a start goes on without.
    static CapabilitySet without(List<GoingOn> all) {
        CapabilitySet without = CapabilitySet.EMPTY;
        for (GoingOn one : all) {
            without = without.union(one.without);
        }
        return without;
    }
}
