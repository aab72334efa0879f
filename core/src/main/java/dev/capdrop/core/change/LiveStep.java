package dev.capdrop.core.change;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Init;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// The port that changes a container while it runs.
public interface LiveStep {
    /// Why this PID 1 cannot be made to give capabilities up while it runs; empty when nothing is
    /// known that would keep it from that. Nothing is changed.
    ///
    /// @param init the PID 1 that is meant
    /// @throws IOException when it cannot be looked at
    String obstacle(ContainerId container, Init init, CapabilitySet capabilities)
            throws IOException;

    /// Takes capabilities out of the bounding set of the running PID 1.
    ///
    /// @param init the PID 1 that is meant
    /// @return how long PID 1 stood still
    /// @throws IOException when it has not given them all up; it runs on
    Duration drop(ContainerId container, Init init, CapabilitySet capabilities) throws IOException;

    /// Has systemd forget that units have failed, as systemctl(1), "reset-failed", does.
    ///
    /// @return those that it did not do it for
    /// @throws IOException when it was not asked or did not answer
    List<String> forget(ContainerId container, List<String> units) throws IOException;
}
