package dev.capdrop.core.change;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import java.io.IOException;
import java.util.Set;

/// Stops a container, starts it, and reads what came of it.
record Reboot(ContainerRuntime runtime, SnapshotSource snapshots, Progress progress) {
    /// Stops and starts it.
    void take(ContainerId container, Restart restart) throws IOException {
        if (runtime.running(container)) {
            progress.step("shutting " + container.name() + " down");
            runtime.stop(container, restart.timeout(), restart.force());
        }
        progress.step("starting " + container.name());
        runtime.start(container, restart.timeout());
    }

    /// Waits until its boot has come as far as the one before the change.
    ///
    /// @param before the container before the change
    Snapshot read(Snapshot before, Restart restart) throws IOException {
        progress.step("waiting until its boot has ended");
        Systemd systemd = before.systemd();
        Set<String> hanging = systemd == null ? Set.of() : systemd.unfinished();
        return snapshots.readSettled(
                before.container(), new BootWait(restart.timeout(), hanging, progress));
    }
}
