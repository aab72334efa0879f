package dev.capdrop.core.diagnosis;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.UnitExit;
import org.jspecify.annotations.Nullable;

/// Why a unit failed.
public sealed interface Cause {
    /// The unit was started because its condition asks for a capability that the container holds,
    /// but that the kernel does not honour inside a user namespace.
    ///
    /// @param capabilities those of its conditions that are inert here
    /// @param refused whether there is evidence that the kernel refused: mount(8) ended with status
    ///   32
    /// @param foreseen whether nobody has started it yet: it will be, and the kernel refuses what
    ///   it is for
    record InertCapability(CapabilitySet capabilities, boolean refused, boolean foreseen)
            implements Cause {}

    /// The inert capabilities for whose sake the unit starts; empty where they are not the cause.
    default CapabilitySet inert() {
        return switch (this) {
            case InertCapability started -> started.capabilities();
            case Foreseen _, Unknown _ -> CapabilitySet.EMPTY;
        };
    }

    /// Nobody has started it yet: it will be, and the kernel refuses what it is for, which no
    /// condition of it asks about.
    record Foreseen() implements Cause {}

    /// Nothing known here explains it.
    ///
    /// @param exit how it ended; null where systemd keeps nothing
    record Unknown(@Nullable UnitExit exit) implements Cause {}
}
