package dev.capdrop.core.explanation;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.snapshot.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What dropping any one of some capabilities would do to a unit at the next boot.
///
/// @param rule what says so
/// @param capabilities those of which each alone does it
/// @param after what becomes of the unit; null when nobody can tell
/// @param status the exit status that systemd itself will give it; 0 where it gives none
/// @param why one sentence fragment, in which `it` stands for the capability
/// @param dependants the units that name this one and change with it
public record DropForecast(
        Rule rule,
        CapabilitySet capabilities,
        @Nullable Outcome after,
        int status,
        String why,
        List<String> dependants) {
    public DropForecast {
        dependants = List.copyOf(dependants);
    }

    /// The same for one capability more.
    DropForecast with(CapabilitySet more) {
        return new DropForecast(rule, capabilities.union(more), after, status, why, dependants);
    }

    /// Whether both do the same.
    boolean isLike(DropForecast other) {
        return equals(
                new DropForecast(
                        other.rule,
                        capabilities,
                        other.after,
                        other.status,
                        other.why,
                        other.dependants));
    }
}
