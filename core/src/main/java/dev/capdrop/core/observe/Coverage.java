package dev.capdrop.core.observe;

import dev.capdrop.capability.CapabilitySet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The share of a container's life that a watch has seen: without it, "not seen" says nothing.
///
/// @param boots how many of its boots were seen from their beginning
/// @param lost the number of checks that could not be attributed
/// @param units the units that were there while it was watched, by name
/// @param unseen the capabilities of which this kernel does not report every check that counts
/// @param origins the make of each unit, in words that can be compared; a unit of unknown make is
///   not there
public record Coverage(
        long seconds,
        int boots,
        long lost,
        End end,
        List<String> units,
        CapabilitySet unseen,
        Map<String, String> origins,
        UnitResults results) {
    /// The units that failed or worked while they were watched.
    ///
    /// @param failed those that failed in the boot that was seen, which says nothing of what they
    ///   do when they work
    /// @param worked the services that took processor time when their start was over
    public record UnitResults(Set<String> failed, Set<String> worked) {
        /// Nothing was seen to fail, or to work.
        public static final UnitResults NONE = new UnitResults(Set.of(), Set.of());

        public UnitResults {
            failed = Set.copyOf(failed);
            worked = Set.copyOf(worked);
        }
    }

    public enum End {
        TIME,
        USER,
        /// The container stopped or was restarted.
        CONTAINER
    }

    public Coverage {
        units = List.copyOf(units);
        origins = Map.copyOf(origins);
    }

    public Set<String> failed() {
        return results.failed;
    }

    public Set<String> worked() {
        return results.worked;
    }
}
