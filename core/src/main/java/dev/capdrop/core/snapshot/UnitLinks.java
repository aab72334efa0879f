package dev.capdrop.core.snapshot;

import java.util.List;

/// A unit's dependencies, by systemd's names for them; of `Conflicts=` without shutdown.target,
/// which nearly all name and no boot starts.
public record UnitLinks(
        List<String> requires,
        List<String> requisite,
        List<String> wants,
        List<String> bindsTo,
        List<String> upholds,
        List<String> after,
        List<String> triggeredBy,
        List<String> conflicts,
        List<String> partOf) {
    private static final String AT_THE_END = "shutdown.target";

    /// No dependency of any kind.
    public static final UnitLinks NONE =
            new UnitLinks(
                    List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    /// Those of a unit that conflicts with nothing and is part of nothing.
    public UnitLinks(
            List<String> requires,
            List<String> requisite,
            List<String> wants,
            List<String> bindsTo,
            List<String> upholds,
            List<String> after,
            List<String> triggeredBy) {
        this(
                requires,
                requisite,
                wants,
                bindsTo,
                upholds,
                after,
                triggeredBy,
                List.of(),
                List.of());
    }

    public UnitLinks {
        requires = List.copyOf(requires);
        requisite = List.copyOf(requisite);
        wants = List.copyOf(wants);
        bindsTo = List.copyOf(bindsTo);
        upholds = List.copyOf(upholds);
        after = List.copyOf(after);
        triggeredBy = List.copyOf(triggeredBy);
        conflicts = conflicts.stream().filter(name -> !name.equals(AT_THE_END)).toList();
        partOf = List.copyOf(partOf);
    }
}
