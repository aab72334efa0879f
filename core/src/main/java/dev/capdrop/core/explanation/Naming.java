package dev.capdrop.core.explanation;

import dev.capdrop.capability.Capability;
import dev.capdrop.core.unit.Setting;
import org.jspecify.annotations.Nullable;

/// Something in a container that names a capability.
///
/// @param capability what it names
/// @param kind how it names it
/// @param by the unit, or the path of the program
/// @param line where the unit's files name it; null for a program, and where that is not known
public record Naming(Capability capability, Kind kind, String by, @Nullable Setting line) {
    /// How a capability is named.
    public enum Kind {
        /// A unit's `ConditionCapability=`: it starts with it.
        CONDITION("ConditionCapability="),
        /// A unit's `ConditionCapability=!`: it starts without it.
        NEGATED_CONDITION("ConditionCapability=!"),
        /// A unit's `AmbientCapabilities=`: its processes are handed it.
        AMBIENT("AmbientCapabilities="),
        /// A unit's `CapabilityBoundingSet=`: its processes keep it of all that there are.
        BOUNDING("CapabilityBoundingSet="),
        /// A program's file capabilities.
        FILE("file capabilities");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /// The setting's name, or `file capabilities`.
        public String text() {
            return text;
        }
    }
}
