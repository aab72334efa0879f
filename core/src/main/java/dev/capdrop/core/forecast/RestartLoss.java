package dev.capdrop.core.forecast;

import dev.capdrop.core.rule.Rule;

/// A unit that runs now and that no boot starts: the restart alone ends it.
///
/// @param rule what says so
/// @param unit its name
/// @param why how it came to run, as far as known
/// @param refusedByDrop whether, on top of that, its conditions will no longer let it start
public record RestartLoss(Rule rule, String unit, String why, boolean refusedByDrop) {}
