package dev.capdrop.core.forecast;

/// A unit that runs now and that no boot starts: the restart alone ends it.
///
/// @param unit its name
/// @param why how it came to run, as far as known
/// @param refusedByDrop whether, on top of that, its conditions will no longer let it start
public record RestartLoss(String unit, String why, boolean refusedByDrop) {}
