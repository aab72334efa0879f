package dev.capdrop.linux.copy;

import dev.capdrop.core.snapshot.ContainerId;
import java.io.IOException;
import java.time.Duration;

/// What is known of machines of systemd-nspawn, copies as any others.
public interface MachineControl {
    /// Whether a machine ended within this time, whoever ended it.
    boolean ended(ContainerId machine, Duration patience) throws IOException;

    /// The host's user that is root in a machine; -1 where it does not run.
    int rootUser(ContainerId machine) throws IOException;

    /// What a unit of the host has said last.
    String log(String unit) throws IOException;
}
