package dev.capdrop.core.observe;

/// The checks of one capability by one unit that mean the same.
///
/// @param unit the unit; empty for a process that is in none
/// @param capability the number of the capability
/// @param meaning what they mean
/// @param count how many, 1 or more
/// @param first when the first was made, in nanoseconds of the checks' clock
/// @param last when the last was made
public record Tally(
        String unit, int capability, Meaning meaning, long count, long first, long last) {
    Tally with(long other) {
        return new Tally(unit, capability, meaning, other, first, last);
    }

    /// What tells it from the others of a watch.
    Tally kind() {
        return new Tally(unit, capability, meaning, 0, 0, 0);
    }
}
