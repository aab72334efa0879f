package dev.capdrop.core.plan;

import dev.capdrop.capability.CapabilitySet;

/// A unit that the next start starts in vain: it asks for a capability that PID 1 holds then, and
/// that no process there can use.
///
/// @param unit its name
/// @param capabilities those
/// @param again whether it is skipped as the container runs, because PID 1 is without them now;
///   else only its files were read
/// @param evidence how it is known that it fails
public record VainStart(String unit, CapabilitySet capabilities, boolean again, Evidence evidence) {
    /// How it is known that the unit fails.
    public enum Evidence {
        /// The kernel refuses what it is for.
        KERNEL("kernel"),
        /// It had failed before capdrop's change, with the capability held.
        JOURNAL("journal"),
        /// Not at all: no file tells what its program makes of the refusal.
        NONE("none");

        private final String word;

        Evidence(String word) {
            this.word = word;
        }

        /// The word for it in JSON.
        public String word() {
            return word;
        }
    }

    /// Whether it is known to fail.
    boolean certain() {
        return switch (evidence) {
            case KERNEL, JOURNAL -> true;
            case NONE -> false;
        };
    }
}
