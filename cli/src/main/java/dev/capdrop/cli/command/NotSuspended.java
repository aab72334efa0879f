package dev.capdrop.cli.command;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.LiveStep;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Init;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// A live step that a terminal cannot suspend: where ^Z came while PID 1 is stopped, PID 1 would
/// stay so until somebody types `fg`.
record NotSuspended(LiveStep step) implements LiveStep {
    @Override
    public String obstacle(ContainerId container, Init init, CapabilitySet capabilities)
            throws IOException {
        try (NoSuspension _ = NoSuspension.begin()) {
            return step.obstacle(container, init, capabilities);
        }
    }

    @Override
    public Duration drop(ContainerId container, Init init, CapabilitySet capabilities)
            throws IOException {
        try (NoSuspension _ = NoSuspension.begin()) {
            return step.drop(container, init, capabilities);
        }
    }

    @Override
    public List<String> forget(ContainerId container, List<String> units) throws IOException {
        return step.forget(container, units);
    }
}
