package dev.capdrop.core.change;

import dev.capdrop.core.snapshot.ContainerId;
import java.io.IOException;
import java.time.Duration;

/// The port that has a container's systemd start a unit again, as an administrator does who sees
/// that it has failed.
public interface UnitStarter {
    /// Has systemd start the unit, and waits until it is plain what came of it.
    ///
    /// @param steady how long it has to go on before it counts as working
    /// @return whether it works: it goes on, or has ended well
    boolean startAgain(ContainerId container, String unit, Duration steady, Duration timeout)
            throws IOException;
}
