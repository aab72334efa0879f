package dev.capdrop.lab.boots;

import dev.capdrop.core.snapshot.Outcome;

/// A unit that a boot left in another state than the baseline's.
///
/// @param boot the recorded boot
/// @param unit its name; [#CONTAINER] for the container as a whole
/// @param before what the baseline shows
/// @param after what the boot shows
/// @param status how its process ended, in systemd's words; empty where nothing ended
/// @param verdict what the forecast had said
/// @param said what the forecast had said, in words
record Change(
        Boot boot,
        String unit,
        Outcome before,
        Outcome after,
        String status,
        Verdict verdict,
        String said) {
    static final String CONTAINER = "(the container)";

    /// What a forecast was worth for one change.
    enum Verdict {
        /// It said so.
        FORECAST,
        /// It said that it does not know because of the drop, and why.
        UNDECIDED,
        /// It said that it would not know without any drop either, and why.
        UNDECIDED_ANYWAY,
        /// It said nothing, or something else.
        SURPRISE
    }
}
