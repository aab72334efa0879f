package dev.capdrop.cli.drop;

import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.command.OptionValues;
import dev.capdrop.core.container.SharedLines.SharedFile;
import dev.capdrop.core.runtime.IncusFile.IncusProfile;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.linux.incus.IncusProfiles;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The options that mean all containers that share something: a host's file, or Incus' profile.
public final class SharedOptions implements CommandModel.OptionGroup {
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

    /// Returns the options that mean several containers, and whether each is given.
    public Map<String, Boolean> several(boolean each) {
        return Map.of("--all", each, "--host", wholeHost, "--profile", profile != null);
    }

    /// Whether all that share something are meant, and nothing beside it.
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

    /// Whether all that share something are meant; refuses what means one container beside it.
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

    public static String notBoth(String target, String option) {
        return "'" + target + "' and " + option + ": only one of the two can be given";
    }

    public HostDrop drop(Host host) {
        return new HostDrop(host, lines(host));
    }

    private Subject.Lines lines(Host host) {
        if (profile == null) {
            Path folder = directory.toAbsolutePath().normalize();
            return new Subject.HostFile(SharedFile.in(folder.toString()).path());
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
        return new Subject.Profile(named);
    }
}
