package dev.capdrop.core.observe;

import dev.capdrop.capability.CapabilitySet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// How much of a container's life a watch has seen: without it, "not seen" says nothing.
///
/// @param seconds how long it was watched
/// @param boots how many of its boots were seen from their beginning
/// @param lost how many checks were made that nobody could tell of
/// @param end how the watch came to its end
/// @param units the units that were there while it was watched, by name
/// @param unseen the capabilities of which this kernel does not tell every check that counts
/// @param origins what each of the units was made of, in words that are good to be compared; a unit
///   of which that is not known is not there
/// @param fates what became of the units
public record Coverage(
        long seconds,
        int boots,
        long lost,
        End end,
        List<String> units,
        CapabilitySet unseen,
        Map<String, String> origins,
        Fates fates) {
    /// What became of units while they were watched.
    ///
    /// @param failed those that failed in the boot that was seen, which says nothing of what they
    ///   do when they work
    /// @param worked the services that took processor time when their start was over
    public record Fates(Set<String> failed, Set<String> worked) {
        /// The sets are copied.
        public Fates {
            failed = Set.copyOf(failed);
            worked = Set.copyOf(worked);
        }
    }

    /// Why a watch ended.
    public enum End {
        /// The time was over.
        TIME,
        /// The user had seen enough.
        USER,
        /// The container stopped or was restarted.
        CONTAINER
    }

    /// The units are copied.
    public Coverage {
        units = List.copyOf(units);
        origins = Map.copyOf(origins);
    }

    /// That of a watch in which units failed or worked, see [Fates].
    public Coverage(
            long seconds,
            int boots,
            long lost,
            End end,
            List<String> units,
            CapabilitySet unseen,
            Map<String, String> origins,
            Set<String> failed,
            Set<String> worked) {
        this(seconds, boots, lost, end, units, unseen, origins, new Fates(failed, worked));
    }

    /// The units that failed.
    public Set<String> failed() {
        return fates.failed;
    }

    /// The services that worked.
    public Set<String> worked() {
        return fates.worked;
    }

    /// That of a watch in which nothing was seen to fail, or to work.
    public Coverage(
            long seconds,
            int boots,
            long lost,
            End end,
            List<String> units,
            CapabilitySet unseen,
            Map<String, String> origins) {
        this(seconds, boots, lost, end, units, unseen, origins, Set.of(), Set.of());
    }

    /// The same of a kernel that tells of every check that counts.
    public Coverage(long seconds, int boots, long lost, End end, List<String> units) {
        this(seconds, boots, lost, end, units, CapabilitySet.EMPTY, Map.of());
    }
}
