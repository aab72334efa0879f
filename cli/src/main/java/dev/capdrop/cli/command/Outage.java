package dev.capdrop.cli.command;

import dev.capdrop.core.snapshot.Snapshot;

/// What an administrator should know before the container goes away.
final class Outage {
    private Outage() {}

    static String question(Snapshot before, RestartOptions restart) {
        String name = before.container().name();
        if (!before.running()) {
            return "'" + name + "' is stopped and stays so. Write its configuration?";
        }
        if (restart.noRestart) {
            return "'"
                    + name
                    + "' keeps running as it is until somebody restarts it. Write its configuration?";
        }
        return "'"
                + name
                + "' will be shut down and started: everything in it is away from now until its boot has ended"
                + " (shutdown and boot may take "
                + restart.timeout.toSeconds()
                + " s each at most). Go on?";
    }
}
