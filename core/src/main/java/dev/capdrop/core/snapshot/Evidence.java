package dev.capdrop.core.snapshot;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What was looked at beside, so that it can be said why units are in trouble. It decides nothing
/// that a plan or a forecast says.
///
/// @param units what is known of each unit in trouble, by its primary name
/// @param quotas what the host grants, and how much of it is used
public record Evidence(Map<String, Trouble> units, List<Quota> quotas) {
    /// Nothing was looked at.
    public static final Evidence NONE = new Evidence(Map.of(), List.of());

    public Evidence {
        units = Map.copyOf(units);
        quotas = List.copyOf(quotas);
    }

    /// What is known of this unit, [Trouble#NONE] where it was not looked at.
    public Trouble of(String unit) {
        return units.getOrDefault(unit, Trouble.NONE);
    }

    /// The quota of this kind, or null when it was not looked at.
    public @Nullable Quota quota(Quota.Kind kind) {
        for (Quota quota : quotas) {
            if (quota.kind() == kind) {
                return quota;
            }
        }
        return null;
    }
}
