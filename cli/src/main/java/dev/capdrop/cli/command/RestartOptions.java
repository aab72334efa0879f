package dev.capdrop.cli.command;

import dev.capdrop.cli.command.CommandModel.OptionGroup;
import dev.capdrop.core.change.Restart;
import java.time.Duration;

/// The options that say how a container may be restarted.
final class RestartOptions implements OptionGroup {
    boolean yes;
    boolean noRestart;
    boolean forceStop;
    Duration timeout = Duration.ofMinutes(2);

    @Override
    public void addTo(CommandModel model) {
        addRestart(
                model.flag("-y,--yes", "do not ask", on -> yes = on)
                        .flag(
                                "--no-restart",
                                "write, and leave the restart to somebody else",
                                on -> noRestart = on));
    }

    /// The same for a command that restarts in any case.
    void addWithoutLater(CommandModel model) {
        addRestart(model.flag("-y,--yes", "do not ask", on -> yes = on));
    }

    private void addRestart(CommandModel model) {
        model.flag(
                        "--force-stop",
                        "kill the container when it does not shut down in time",
                        on -> forceStop = on)
                .option(
                        "--timeout",
                        "DURATION",
                        "how long a shutdown, a boot, and then its systemd's answers may take (default: 120s)")
                .as(new Durations(), timeout, time -> timeout = time);
    }

    /// What a command that changes nothing is told of restarts.
    static RestartOptions within(Duration timeout, boolean noRestart) {
        RestartOptions options = new RestartOptions();
        options.timeout = timeout;
        options.noRestart = noRestart;
        return options;
    }

    Restart restart() {
        return new Restart(noRestart ? Restart.Way.LATER : Restart.Way.RESTART, timeout, forceStop);
    }

    /// Refuses to go on where nobody can be asked.
    void requireConsent(String command, Output output) {
        if (!yes && !output.interactive()) {
            throw new UsageException(
                    command
                            + " asks before it changes anything, and there is no terminal: say --yes");
        }
    }
}
