package dev.capdrop.core.diagnosis;

import dev.capdrop.core.snapshot.UnitDetail.Exit;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One unit in trouble and why.
///
/// @param evidence the lines of its files that show it; empty where they could not be read
/// @param exit how it ended; null where systemd keeps nothing
/// @param log the last lines of its journal, the older one first
/// @param victims the units that are not up because of this one, by name
public record Finding(
        String unit,
        Cause cause,
        List<Setting> evidence,
        List<Remedy> remedies,
        @Nullable Exit exit,
        List<String> log,
        List<String> victims) {
    public Finding {
        evidence = List.copyOf(evidence);
        remedies = List.copyOf(remedies);
        log = List.copyOf(log);
        victims = List.copyOf(victims);
    }

    Finding with(List<String> units) {
        return new Finding(unit, cause, evidence, remedies, exit, log, units);
    }
}
