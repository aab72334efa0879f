package dev.capdrop.cli.explain;

import dev.capdrop.capability.CapabilitySet;

/// Puts a set of capabilities into as few words as tell it all.
final class SetText {
    /// Returns `all`, `all but a b`, `a b`, or `none`, where `all` goes up to `last`.
    static String words(CapabilitySet set, int last) {
        CapabilitySet all = CapabilitySet.upTo(last);
        if (set.isEmpty()) {
            return "none";
        }
        if (!set.containsAll(all)) {
            CapabilitySet missing = all.minus(set);
            boolean few = missing.size() < set.size() && all.containsAll(set);
            return few ? "all but " + missing : set.toString();
        }
        return set.equals(all) ? "all" : "all and " + set.minus(all);
    }
}
