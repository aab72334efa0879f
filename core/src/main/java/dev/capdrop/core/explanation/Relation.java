package dev.capdrop.core.explanation;

import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.unit.Dependency;

/// A unit that names another one in a dependency.
///
/// @param unit the unit that names it
/// @param kind the dependency as the unit names it; as seen from the one that is named it is called
///   by [Dependency#inverse]
/// @param outcome what that unit came to
public record Relation(String unit, Dependency kind, Outcome outcome) {}
