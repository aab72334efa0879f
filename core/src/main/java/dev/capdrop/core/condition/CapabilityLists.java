package dev.capdrop.core.condition;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.unit.Words;
import module java.base;

/// The lists of capabilities in systemd's files.
///
/// Source: src/core/load-fragment.c, `config_parse_capability_set`; src/shared/capability-util.c.
public final class CapabilityLists {
    public static final CapabilitySet ALL = CapabilitySet.upTo(Capability.MAX_NUMBER);

    private CapabilityLists() {}

    /// Merges such lines as systemd does: the first one replaces the initial set, further ones add,
    /// and those behind a `~` take away.
    ///
    /// @param values the right sides, in order
    /// @param initial the set before the first line
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

    /// Returns the capabilities that one line names, without words that systemd does not know.
    public static CapabilitySet named(String value) {
        return Words.split(value.startsWith("~") ? value.substring(1) : value).stream()
                .map(Conditions::capabilityNamed)
                .filter(Objects::nonNull)
                .collect(CapabilitySet.toCapabilitySet());
    }
}
