package dev.capdrop.cli.command;

import dev.capdrop.core.change.SharedConfigStore;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.linux.runtime.HostConfigurations;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/// The port to the configuration files of a host.
interface HostFiles {
    /// Files that are read once each.
    ///
    /// @param files the files
    /// @param problems what could not be read so far, one sentence each
    record Source(ConfigSource files, Supplier<List<String>> problems) {}

    /// A source that has read nothing yet.
    Source source();

    /// Every configuration from which a container of this host is started, or may be one day.
    HostConfigurations configurations(ConfigSource source) throws IOException;

    /// The file that all containers share.
    SharedConfigStore shared();

    /// The profiles of Incus.
    Profiles profiles();
}
