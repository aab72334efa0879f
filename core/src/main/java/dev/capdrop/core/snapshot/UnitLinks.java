package dev.capdrop.core.snapshot;

import java.util.List;

/// A unit's dependencies, by systemd's names for them.
public record UnitLinks(
        List<String> requires,
        List<String> requisite,
        List<String> wants,
        List<String> bindsTo,
        List<String> upholds,
        List<String> after,
        List<String> triggeredBy) {
    /// No dependency of any kind.
    public static final UnitLinks NONE =
            new UnitLinks(
                    List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    public UnitLinks {
        requires = List.copyOf(requires);
        requisite = List.copyOf(requisite);
        wants = List.copyOf(wants);
        bindsTo = List.copyOf(bindsTo);
        upholds = List.copyOf(upholds);
        after = List.copyOf(after);
        triggeredBy = List.copyOf(triggeredBy);
    }
}
