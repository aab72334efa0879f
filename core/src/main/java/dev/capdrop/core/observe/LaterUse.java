package dev.capdrop.core.observe;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import java.time.Instant;

/// What a later version of this program wrote down of a unit, in words of which this one does not
/// know each. It is kept as it is, and counts as a use: nothing follows from what is not
/// understood.
///
/// @param capability the word for the capability
/// @param meaning the word for what the checks mean
/// @param count how many there were, 1 or more
/// @param first when the first was seen
/// @param last when the last was seen
public record LaterUse(String capability, String meaning, long count, Instant first, Instant last) {
    /// The capabilities that may be meant: the one of this name; all that have no name here, where
    /// none is called so.
    CapabilitySet meant() {
        Capability named = Capability.named(capability);
        return named == null ? nameless() : CapabilitySet.EMPTY.with(named);
    }

    private static CapabilitySet nameless() {
        CapabilitySet nameless = CapabilitySet.upTo(Capability.MAX_NUMBER);
        for (Capability known : Capability.all()) {
            nameless = nameless.minus(CapabilitySet.EMPTY.with(known));
        }
        return nameless;
    }

    /// What tells it from the others of a unit.
    String words() {
        return capability + " " + meaning;
    }

    LaterUse plus(LaterUse other) {
        return new LaterUse(
                capability,
                meaning,
                UnitHistory.saturated(count, other.count),
                first.isBefore(other.first) ? first : other.first,
                last.isAfter(other.last) ? last : other.last);
    }
}
