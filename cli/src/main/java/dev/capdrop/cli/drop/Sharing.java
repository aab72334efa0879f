package dev.capdrop.cli.drop;

import static java.util.Objects.requireNonNull;

import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.core.change.ConfigStore.SharedConfigStore;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.SharedFile;
import dev.capdrop.core.container.SharedLines;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.document.ShellWord;
import dev.capdrop.core.plan.SharedProfile;
import dev.capdrop.core.runtime.IncusProfile;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.linux.incus.IncusProfiles;
import dev.capdrop.linux.runtime.HostConfigurations;
import dev.capdrop.linux.runtime.HostContainer;
import module java.base;

/// Lines that containers share: the file that all unprivileged ones include, or an Incus profile's.
record Sharing(Host host, Subject.Lines id) {
    record Now(SharedLines lines, HostConfigurations found) {}

    /// The lines, whoever shares them now.
    SharedLines lines() {
        return switch (id) {
            case Subject.HostFile file -> SharedFile.in(folder(file));
            case Subject.Profile(IncusProfile profile) -> new SharedProfile(profile, "", Map.of());
        };
    }

    private static String folder(Subject.HostFile file) {
        Path path = Path.of(file.configPath()).toAbsolutePath().normalize();
        return requireNonNull(path.getParent()).toString();
    }

    Now now(ConfigSource source) throws IOException {
        return switch (id) {
            case Subject.HostFile file ->
                    new Now(
                            SharedFile.in(folder(file)).withTwoLists(host.facts().twoLists()),
                            host.files().configurations(source));
            case Subject.Profile(IncusProfile profile) -> users(profile);
        };
    }

    private Now users(IncusProfile profile) throws IOException {
        IncusProfiles.Users users;
        try {
            users = host.files().profiles().users(profile);
        } catch (NoSuchFileException missing) {
            throw new UsageException(String.valueOf(missing.getReason()), missing);
        }
        Map<HostContainer, HostConfiguration> own = new LinkedHashMap<>();
        new TreeMap<>(users.here())
                .forEach((path, one) ->
                        own.put(
                                new HostContainer(one, null),
                                new HostConfiguration(one.target(), path, one.format(), null)));
        return new Now(
                users.lines(),
                new HostConfigurations(own, List.copyOf(own.values()), users.others()));
    }

    SharedConfigStore store() {
        return restarts() ? host.files().profiles().store() : host.files().shared();
    }

    /// Returns the words behind a command's name that mean the lines.
    String arguments() {
        return words(id) + host.options().arguments();
    }

    static String words(Subject.Lines lines) {
        return switch (lines) {
            case Subject.HostFile file when folder(file).equals(SharedFile.DEFAULT_DIRECTORY) ->
                    "--host";
            case Subject.HostFile file -> "--host --userns-dir " + ShellWord.quoted(folder(file));
            case Subject.Profile(IncusProfile profile) ->
                    "--profile " + ShellWord.quoted(profile.word());
        };
    }

    /// Whether those that share them are restarted for a change of them.
    boolean restarts() {
        return id instanceof Subject.Profile;
    }

    /// Returns why there is nothing left to take a change of them back from; else empty.
    String gone(String text) throws IOException {
        if (!(id instanceof Subject.Profile(IncusProfile profile))) {
            return "";
        }
        try {
            host.files().profiles().users(profile);
            return "";
        } catch (NoSuchFileException missing) {
            List<String> same = host.files().profiles().saying(profile, text);
            return missing.getReason()
                    + (same.isEmpty()
                            ? ""
                            : "; the profile '%s' has the very lines: if it was renamed, take the drop out of it by hand"
                                    .formatted(String.join("', '", same)));
        }
    }
}
