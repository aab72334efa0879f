package dev.capdrop.cli.command;

import dev.capdrop.cli.command.CommandModel.OptionGroup;
import dev.capdrop.cli.command.CommandModel.Several;
import dev.capdrop.linux.time.Patience;
import java.nio.file.Path;
import java.util.List;

/// The options of a command that looks at many containers: recorded ones in place of this host's,
/// and how long each may take.
final class LookOptions implements OptionGroup {
    List<Path> from = List.of();
    Patience timeout = Helpers.LIMIT;
    private final String label;

    /// @param label what help calls a recording
    LookOptions(String label) {
        this.label = label;
    }

    @Override
    public void addTo(CommandModel model) {
        model.option("--from", label, "look at recorded snapshots instead of this host")
                .each(Several.ALL_THAT_FOLLOW, Path.class, files -> from = files)
                .option(
                        "--timeout",
                        "DURATION",
                        "how long each container may take (default: 30s, longer on a busy machine)")
                .as(new Durations(), timeout.time(), time -> timeout = Patience.exactly(time));
    }
}
