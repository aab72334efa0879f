package dev.capdrop.core.condition;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.unit.Words;
import java.util.List;

/// The lists of capabilities in systemd's files.
///
/// Source: src/core/load-fragment.c, `config_parse_capability_set`; src/shared/capability-util.c.
public final class CapabilityLists {
    /// Every capability there can be.
    public static final CapabilitySet ALL = CapabilitySet.upTo(Capability.MAX_NUMBER);

    private CapabilityLists() {}

    /// systemd's way with these lists: the first line replaces what was there at the beginning,
    /// further ones add, and those behind a `~` take away.
    ///
    /// @param values the right sides, in order
    /// @param initial what was there at the beginning
    public static CapabilitySet merged(List<String> values, CapabilitySet initial) {
        CapabilitySet set = initial;
        for (String value : values) {
            boolean inverted = value.startsWith("~");
            CapabilitySet named = named(value);
            if (named.isEmpty() || set.equals(initial)) {
                set = inverted ? ALL.minus(named) : named;
            } else {
                set = inverted ? set.minus(named) : set.union(named);
            }
        }
        return set;
    }

    /// The capabilities that one line of such a list names, to add or to take away: what systemd
    /// does not know it leaves out.
    public static CapabilitySet named(String value) {
        CapabilitySet set = CapabilitySet.EMPTY;
        for (String word : Words.split(value.startsWith("~") ? value.substring(1) : value)) {
            Capability capability = Conditions.capabilityNamed(word);
            set = capability == null ? set : set.with(capability);
        }
        return set;
    }
}
