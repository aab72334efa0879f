package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.capability.Scope;
import dev.capdrop.core.execution.Worth;
import dev.capdrop.core.snapshot.Snapshot;

/// What the loss of a capability is worth avoiding. What the kernel never honours in the container
/// is nearly free; no number of these outweighs one that it honours at some place, nor do those
/// outweigh one that it honours, or that something in the container is known to miss.
record Price(Snapshot snapshot, Need need) {
    private static final int INERT = 1;
    private static final int CAUTION = 2;
    private static final int NEARLY_INERT = 200;
    private static final int HONOURED = 1000;

    int of(CapabilitySet drop) {
        return drop.stream().mapToInt(this::of).sum();
    }

    private int of(Capability capability) {
        Knowledge known = capability.knowledge();
        if (known == null || need.isMissed(capability)) {
            return HONOURED;
        }
        if (Worth.isInert(capability, snapshot)) {
            return known.caution().isEmpty() ? INERT : CAUTION;
        }
        return known.scope() == Scope.NEARLY_INERT ? NEARLY_INERT : HONOURED;
    }
}
