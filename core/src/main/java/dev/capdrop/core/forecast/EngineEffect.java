package dev.capdrop.core.forecast;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.execution.Why;

/// What becomes of an engine's container at its next start, where the drop touches it.
///
/// @param name [dev.capdrop.core.snapshot.EngineContainer#title()], or that of a store that is not
///   known
/// @param capabilities those that it names and that will be missing
/// @param honoured whether the kernel honours one of these here, so that it may miss it
/// @param source the file that names them
/// @param settledBy the evidence that would settle it; empty where it is known
public record EngineEffect(
        String name,
        Fate fate,
        CapabilitySet capabilities,
        boolean honoured,
        String source,
        Why reason,
        String settledBy) {
    public enum Fate {
        /// It starts as before: what is missing does not matter to the engine.
        STARTS,
        /// The engine leaves out in silence what it does not hold.
        STARTS_WITH_LESS,
        /// The engine refuses to start it, or its runtime fails.
        REFUSED,
        UNKNOWN
    }

    /// Why, as a sentence fragment.
    public String why() {
        return reason.text();
    }

    /// Whether nobody can say that it will work as before.
    public boolean isOpen() {
        return fate == Fate.UNKNOWN || (fate == Fate.STARTS_WITH_LESS && honoured);
    }

    public boolean isLost() {
        return fate == Fate.REFUSED;
    }

    /// Returns what becomes of it, in a sentence.
    public String sentence() {
        String verb =
                switch (fate) {
                    case STARTS -> " starts as before: ";
                    case STARTS_WITH_LESS -> " starts with fewer capabilities: ";
                    case REFUSED -> " would not start again: ";
                    case UNKNOWN -> " may not start again: ";
                };
        return name + verb + why();
    }
}
