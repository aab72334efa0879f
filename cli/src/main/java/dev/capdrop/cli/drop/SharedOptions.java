package dev.capdrop.cli.drop;

import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.CommandModel.OptionGroup;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.command.OptionValues;
import dev.capdrop.core.container.SharedFile;
import dev.capdrop.core.document.ShellWord;
import dev.capdrop.core.runtime.IncusProfile;
import dev.capdrop.linux.incus.IncusProfiles;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The options that say that all containers that share something are meant: all unprivileged ones
/// of the host, by one file, or those that use a profile of Incus.
public final class SharedOptions implements OptionGroup {
    public boolean wholeHost;
    public @Nullable String profile;
    Path directory = Path.of(SharedFile.DEFAULT_DIRECTORY);
    private @Nullable CommandModel model;

    @Override
    public void addTo(CommandModel model) {
        this.model = model;
        model.of("shared")
                .flag("--host", on -> wholeHost = on)
                .option("--profile", "[PROJECT/]NAME")
                .as(String.class, null, word -> profile = word)
                .option("--userns-dir", "DIR")
                .as(OptionValues::folder, directory, dir -> directory = dir);
    }

    /// Refuses what means one container, or each by itself, beside what means all that share
    /// something, and an exclusion from anything else.
    ///
    /// @return whether all that share something are meant
    public boolean meant(@Nullable String target, boolean each, Exclusion exclusion) {
        exclusion.require(wholeHost || each || profile != null, "--all, --host or --profile");
        if ((wholeHost || profile != null) && each) {
            throw new UsageException(
                    "--all edits each container's own configuration, and "
                            + (wholeHost ? "--host one file of all" : "--profile that of a profile")
                            + ": only one of the two can be given");
        }
        return meant(target);
    }

    /// Refuses what means one container beside what means all that share something.
    ///
    /// @return whether these are meant
    public boolean meant(@Nullable String target) {
        if (wholeHost && profile != null) {
            throw new UsageException(
                    "--host is for LXC, and --profile for Incus: only one of the two can be given");
        }
        if ((wholeHost || profile != null) && target != null) {
            throw new UsageException(notBoth(target, wholeHost ? "--host" : "--profile"));
        }
        if (!wholeHost && model != null && model.isGiven("--userns-dir")) {
            throw new UsageException("--userns-dir can be given only together with --host");
        }
        return wholeHost || profile != null;
    }

    /// Says that a container was named beside what means others.
    public static String notBoth(String target, String option) {
        return "'" + target + "' and " + option + ": only one of the two can be given";
    }

    public HostDrop drop(Host host) {
        return new HostDrop(host, sharing(host));
    }

    private Sharing sharing(Host host) {
        if (profile == null) {
            return new Sharing.OfHost(host, this);
        }
        if (profile.startsWith("lxd:")) {
            throw new UsageException(IncusProfiles.ONLY_INCUS);
        }
        IncusProfile named = IncusProfile.named(host.files().profiles().directory(), profile);
        if (named == null) {
            throw new UsageException(
                    "--profile '%s': that cannot be the name of a profile; expected NAME or PROJECT/NAME"
                            .formatted(profile));
        }
        return new Sharing.OfProfile(host, named);
    }

    static SharedOptions of(Path file) {
        SharedOptions options = new SharedOptions();
        options.wholeHost = true;
        options.directory = Objects.requireNonNull(file.getParent());
        return options;
    }

    SharedFile file() {
        return SharedFile.in(directory.toAbsolutePath().normalize().toString());
    }

    /// Returns the words behind `capdrop undo` that take the file back, as far as they are about
    /// the file.
    String arguments() {
        return directory.equals(Path.of(SharedFile.DEFAULT_DIRECTORY))
                ? "--host"
                : "--host --userns-dir " + ShellWord.quoted(directory.toString());
    }
}
