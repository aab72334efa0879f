package dev.capdrop.core.plan;

/// A unit of which this program cannot know what the next boot makes.
///
/// @param unit its name
/// @param before what the snapshot shows
/// @param byDrop whether it is the drop that leaves it open, or the restart alone
/// @param why one sentence fragment
/// @param settledBy the evidence that would settle it
public record Undecided(
        String unit, Outcome before, boolean byDrop, String why, String settledBy) {}
