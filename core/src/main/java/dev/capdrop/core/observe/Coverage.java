package dev.capdrop.core.observe;

import dev.capdrop.capability.CapabilitySet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The share of a container's life that a watch has seen.
///
/// @param boots how many of its boots were seen from their beginning
/// @param lost the number of checks that could not be attributed
/// @param units the units that were there while it was watched, by name
/// @param unseen the capabilities of which this kernel does not report every check that counts
/// @param origins the make of each unit, where known, in words that can be compared
public record Coverage(
        long seconds,
        int boots,
        long lost,
        End end,
        List<String> units,
        CapabilitySet unseen,
        Map<String, String> origins,
        UnitResults results) {
    /// The units that failed in the boot that was seen, and services that took processor time
    /// later.
    public record UnitResults(Set<String> failed, Set<String> worked) {
        /// Nothing was seen to fail, or to work.
        public static final UnitResults NONE = new UnitResults(Set.of(), Set.of());
    }

    public enum End {
        TIME,
        USER,
        /// The container stopped or was restarted.
        CONTAINER
    }

    public Set<String> failed() {
        return results.failed;
    }

    public Set<String> worked() {
        return results.worked;
    }
}
