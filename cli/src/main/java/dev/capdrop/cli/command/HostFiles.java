package dev.capdrop.cli.command;

import dev.capdrop.core.change.SharedConfigStore;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.linux.incus.IncusProfiles;
import dev.capdrop.linux.incus.Profiles;
import dev.capdrop.linux.runtime.HostConfigurations;
import dev.capdrop.linux.runtime.HostRuntimes;
import dev.capdrop.linux.runtime.InstalledLiblxc;
import dev.capdrop.linux.store.FileConfigSource;
import dev.capdrop.linux.store.SharedFileStore;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/// The configuration files of a host. A test has files of its own, and overrides all of it.
class HostFiles {
    private final HostRuntimes runtimes;

    HostFiles(HostRuntimes runtimes) {
        this.runtimes = runtimes;
    }

    /// Files that are read once each.
    ///
    /// @param files the files
    /// @param problems what could not be read so far, one sentence each
    record Source(ConfigSource files, Supplier<List<String>> problems) {}

    /// A source that has read nothing yet.
    Source source() {
        FileConfigSource source = new FileConfigSource(InstalledLiblxc::asked);
        return new Source(source, source::problems);
    }

    /// Every configuration from which a container of this host is started, or may be one day.
    HostConfigurations configurations(ConfigSource source) throws IOException {
        return HostConfigurations.read(runtimes, source);
    }

    /// The file that all containers share.
    SharedConfigStore shared() {
        return new SharedFileStore();
    }

    /// The profiles of Incus.
    Profiles profiles() {
        return new IncusProfiles();
    }
}
