package dev.capdrop.core.observe;

import dev.capdrop.capability.Capability;
import java.util.List;

/// What a watch saw of one capability.
///
/// @param capability which
/// @param used the units that used it; the empty name is a process in no unit
/// @param missed the units that were refused for want of it where it counts
/// @param neverHonoured the units that asked for it where no container is ever granted it
/// @param first when it was first seen, in nanoseconds of the watch's clock; 0 where it never was
/// @param last when it was last seen
public record CapabilityUse(
        Capability capability,
        List<String> used,
        List<String> missed,
        List<String> neverHonoured,
        long first,
        long last) {
    /// The lists are copied.
    public CapabilityUse {
        used = List.copyOf(used);
        missed = List.copyOf(missed);
        neverHonoured = List.copyOf(neverHonoured);
    }

    /// Whether the container's processes asked for it at all.
    public boolean seen() {
        return !used.isEmpty() || !missed.isEmpty() || !neverHonoured.isEmpty();
    }

    static CapabilityUse of(Capability capability, List<Tally> all) {
        List<Tally> own =
                all.stream()
                        .filter(tally -> tally.capability() == capability.number())
                        .filter(tally -> ofContainer(tally.meaning()))
                        .toList();
        return new CapabilityUse(
                capability,
                units(own, Meaning.USED),
                units(own, Meaning.MISSED),
                units(own, Meaning.NEVER_HONOURED),
                own.stream().mapToLong(Tally::first).min().orElse(0),
                own.stream().mapToLong(Tally::last).max().orElse(0));
    }

    /// Whether a check of this meaning was made by the container for itself.
    public static boolean ofContainer(Meaning meaning) {
        return switch (meaning) {
            case USED, MISSED, NEVER_HONOURED -> true;
            case BELOW, HOST -> false;
        };
    }

    private static List<String> units(List<Tally> tallies, Meaning meaning) {
        return tallies.stream()
                .filter(tally -> tally.meaning() == meaning)
                .map(Tally::unit)
                .distinct()
                .sorted()
                .toList();
    }
}
