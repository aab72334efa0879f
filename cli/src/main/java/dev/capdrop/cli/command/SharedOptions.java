package dev.capdrop.cli.command;

import dev.capdrop.cli.command.CommandModel.OptionGroup;
import dev.capdrop.cli.command.CommandModel.Several;
import dev.capdrop.core.container.SharedFile;
import dev.capdrop.linux.runtime.HostContainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The options that say that all unprivileged containers of the host are meant, by one file that
/// they share.
final class SharedOptions implements OptionGroup {
    boolean wholeHost;
    Path directory = Path.of(SharedFile.DEFAULT_DIRECTORY);

    @Override
    public void addTo(CommandModel model) {
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
        if (!wholeHost && !exclusion.words.isEmpty()) {
            throw new UsageException("--exclude says something together with --host only");
        }
        return wholeHost(target);
    }

    /// Refuses what means one container beside what means all.
    ///
    /// @return whether all are meant
    boolean wholeHost(@Nullable String target) {
        if (wholeHost && target != null) {
            throw new UsageException("'" + target + "': --host takes the place of a target");
        }
        if (!wholeHost && !directory.equals(Path.of(SharedFile.DEFAULT_DIRECTORY))) {
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

    /// The option that leaves containers out of the sum.
    static final class Exclusion implements OptionGroup {
        List<String> words = new ArrayList<>();

        @Override
        public void addTo(CommandModel model) {
            model.options(
                    "--exclude",
                    "TARGET|TAG",
                    "with --host: leave this container, or those with this tag, out of the sum;"
                            + " the file affects them all the same",
                    Several.BETWEEN_COMMAS,
                    String.class,
                    given -> words = given);
        }

        /// The excluded among these.
        ///
        /// @throws UsageException when a word means none of them
        Set<HostContainer> among(List<HostContainer> all) {
            Set<HostContainer> excluded = new LinkedHashSet<>();
            for (String word : words) {
                List<HostContainer> meant = all.stream().filter(one -> means(word, one)).toList();
                if (meant.isEmpty()) {
                    throw new UsageException(
                            "'"
                                    + word
                                    + "' is neither a container of this host nor a tag of one,"
                                    + " expected a VMID, lxc:NAME, NAME or a tag");
                }
                excluded.addAll(meant);
            }
            return excluded;
        }

        private static boolean means(String word, HostContainer one) {
            return one.id().target().equals(word)
                    || one.id().name().equals(word)
                    || (one.guest() != null && one.guest().tags().contains(word));
        }
    }
}
