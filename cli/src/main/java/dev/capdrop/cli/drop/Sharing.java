package dev.capdrop.cli.drop;

import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.core.change.SharedConfigStore;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.HostConfiguration;
import dev.capdrop.core.container.SharedLines;
import dev.capdrop.core.document.ShellWord;
import dev.capdrop.core.plan.SharedProfile;
import dev.capdrop.core.runtime.IncusProfile;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.linux.incus.IncusProfiles;
import dev.capdrop.linux.runtime.HostConfigurations;
import dev.capdrop.linux.runtime.HostContainer;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Lines that containers of this host share.
interface Sharing {
    Subject.Lines id();

    /// The lines, whoever shares them now.
    SharedLines lines();

    /// The containers that share the lines now.
    record Now(SharedLines lines, HostConfigurations found) {}

    /// Returns the containers that share the lines now.
    Now now(ConfigSource source) throws IOException;

    SharedConfigStore store();

    /// Returns the words behind a command's name that mean the lines.
    String arguments();

    /// Whether those that share them are restarted for a change of them.
    boolean restarts();

    /// Why there is nothing left that a change of them could be taken back from, a sentence; empty
    /// where they are there.
    String gone(String text) throws IOException;

    /// The lines of such an entry of the journal.
    static Sharing of(Host host, Subject.Lines recorded) {
        return switch (recorded) {
            case Subject.HostFile file ->
                    new OfHost(host, SharedOptions.of(Path.of(file.configPath())));
            case Subject.Profile(IncusProfile profile) -> new OfProfile(host, profile);
        };
    }

    /// The file that all unprivileged containers of a host include.
    record OfHost(Host host, SharedOptions options) implements Sharing {
        @Override
        public Subject.Lines id() {
            return new Subject.HostFile(lines().path());
        }

        @Override
        public SharedLines lines() {
            return options.file();
        }

        @Override
        public Now now(ConfigSource source) throws IOException {
            return new Now(
                    options.file().withTwoLists(host.facts().twoLists()),
                    host.files().configurations(source));
        }

        @Override
        public SharedConfigStore store() {
            return host.files().shared();
        }

        @Override
        public String arguments() {
            return options.arguments() + host.options().arguments();
        }

        @Override
        public boolean restarts() {
            return false;
        }

        @Override
        public String gone(String text) {
            return "";
        }
    }

    /// The `raw.lxc` of a profile of Incus.
    record OfProfile(Host host, IncusProfile profile) implements Sharing {
        @Override
        public Subject.Lines id() {
            return new Subject.Profile(profile);
        }

        @Override
        public SharedLines lines() {
            return new SharedProfile(profile, "", Map.of());
        }

        @Override
        public Now now(ConfigSource source) throws IOException {
            IncusProfiles.Users users = users();
            Map<HostContainer, HostConfiguration> own = new LinkedHashMap<>();
            new TreeMap<>(users.here())
                    .forEach((path, one) ->
                            own.put(
                                    new HostContainer(one, null),
                                    new HostConfiguration(one.target(), path, one.format())));
            return new Now(
                    users.lines(),
                    new HostConfigurations(own, List.copyOf(own.values()), users.others()));
        }

        private IncusProfiles.Users users() throws IOException {
            try {
                return host.files().profiles().users(profile);
            } catch (NoSuchFileException missing) {
                throw new UsageException(String.valueOf(missing.getReason()), missing);
            }
        }

        @Override
        public SharedConfigStore store() {
            return host.files().profiles().store();
        }

        @Override
        public String arguments() {
            return "--profile " + ShellWord.quoted(profile.word()) + host.options().arguments();
        }

        @Override
        public boolean restarts() {
            return true;
        }

        @Override
        public String gone(String text) throws IOException {
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
}
