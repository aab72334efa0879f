package dev.capdrop.core.forecast;

/// A socket, path or timer that is there as before, while each start of what it triggers will be
/// skipped because of the drop.
///
/// @param unit its name
/// @param starts the unit that it triggers
/// @param why which condition of that unit will not hold
public record IdleTrigger(String unit, String starts, String why) {}
