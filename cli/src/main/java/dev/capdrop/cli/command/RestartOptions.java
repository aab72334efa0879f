package dev.capdrop.cli.command;

import dev.capdrop.core.change.Restart;
import java.time.Duration;
import picocli.CommandLine.Option;

/// The options that say how a container may be restarted.
final class RestartOptions {
    @Option(names = "--yes", description = "do not ask")
    boolean yes;

    @Option(names = "--no-restart", description = "write, and leave the restart to somebody else")
    boolean noRestart;

    @Option(
            names = "--force-stop",
            description = "kill the container when it does not shut down in time")
    boolean forceStop;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            converter = Durations.class,
            description = "how long a shutdown, and then a boot, may take (default: 120s)")
    Duration timeout = Duration.ofMinutes(2);

    Restart restart() {
        return new Restart(!noRestart, timeout, forceStop);
    }

    /// Refuses to go on where nobody can be asked.
    void requireConsent(String command) {
        if (!yes && !Output.interactive()) {
            throw new UsageException(
                    command
                            + " asks before it changes anything, and there is no terminal: say --yes");
        }
    }
}
