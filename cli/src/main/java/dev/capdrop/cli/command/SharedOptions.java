package dev.capdrop.cli.command;

import dev.capdrop.cli.command.CommandModel.OptionGroup;
import dev.capdrop.core.container.SharedFile;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The options that say that all unprivileged containers of the host are meant, by one file that
/// they share.
final class SharedOptions implements OptionGroup {
    boolean wholeHost;
    Path directory = Path.of(SharedFile.DEFAULT_DIRECTORY);
    private @Nullable CommandModel model;

    @Override
    public void addTo(CommandModel model) {
        this.model = model;
        model.flag(
                        "--host",
                        "all unprivileged containers of this host at once, by one file that they all"
                                + " include",
                        on -> wholeHost = on)
                .option(
                        "--userns-dir",
                        "DIR",
                        "with --host: the folder that LXC's userns.conf includes (default:"
                                + " ${DEFAULT-VALUE})",
                        new Folders(),
                        directory,
                        dir -> directory = dir);
    }

    /// Refuses what means one container, or each by itself, beside what means all by one file, and
    /// an exclusion from anything else.
    ///
    /// @param each whether each container by itself is meant
    /// @return whether all are meant
    boolean wholeHost(@Nullable String target, boolean each, Exclusion exclusion) {
        if (wholeHost && each) {
            throw new UsageException(
                    "--all edits each container's own file and --host one that all share; say one"
                            + " of them");
        }
        exclusion.require(wholeHost || each, "--all or --host");
        return wholeHost(target);
    }

    /// Refuses what means one container beside what means all.
    ///
    /// @return whether all are meant
    boolean wholeHost(@Nullable String target) {
        if (wholeHost && target != null) {
            throw new UsageException("'" + target + "': --host takes the place of a target");
        }
        if (!wholeHost && model != null && model.isGiven("--userns-dir")) {
            throw new UsageException("--userns-dir says something together with --host only");
        }
        return wholeHost;
    }

    /// What means this file.
    static SharedOptions of(Path file) {
        SharedOptions options = new SharedOptions();
        options.wholeHost = true;
        options.directory = Objects.requireNonNull(file.getParent());
        return options;
    }

    SharedFile file() {
        return SharedFile.in(directory.toAbsolutePath().normalize().toString());
    }

    /// What follows `capdrop undo` to take the file back, as far as it is about the file.
    String arguments() {
        return directory.equals(Path.of(SharedFile.DEFAULT_DIRECTORY))
                ? "--host"
                : "--host --userns-dir " + HostOptions.quoted(directory);
    }
}
