package dev.capdrop.core.explanation;

import dev.capdrop.core.snapshot.Outcome;

/// A unit that names another one in a dependency.
///
/// @param unit the unit that names it
/// @param kind the dependency as seen from the one that is named, in systemd's words: `WantedBy`,
///   `RequiredBy`, `RequisiteOf`, `BoundBy`, `UpheldBy`, `Triggers`
/// @param outcome what that unit came to
public record Relation(String unit, String kind, Outcome outcome) {}
