package dev.capdrop.core.diagnosis;

import dev.capdrop.core.unit.Setting;
import java.util.List;

/// One failed unit and why it failed.
///
/// @param unit its name
/// @param cause the cause
/// @param evidence the lines of its files that show it; empty where they could not be read
/// @param remedies what can be done, best first
public record Finding(String unit, Cause cause, List<Setting> evidence, List<Remedy> remedies) {
    public Finding {
        evidence = List.copyOf(evidence);
        remedies = List.copyOf(remedies);
    }
}
