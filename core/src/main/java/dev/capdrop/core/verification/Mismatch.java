package dev.capdrop.core.verification;

import dev.capdrop.core.snapshot.Outcome;

/// A unit that is not as forecast.
///
/// @param unit its name
/// @param forecast what was forecast
/// @param actual what the second snapshot shows
/// @param byDrop whether the drop can be its cause; what the restart alone brought is no reason to
///   roll back
/// @param harm whether something failed or stopped running that did not before
/// @param why what is known of it, one sentence fragment; may be empty
public record Mismatch(
        String unit, Outcome forecast, Outcome actual, boolean byDrop, boolean harm, String why) {}
