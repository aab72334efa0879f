package dev.capdrop.linux.runtime;

import java.nio.file.Path;

/// Where a container's root directory is, as long as it does not run.
///
/// Source: lxc.container.conf(5), `lxc.rootfs.path`; pct(1), `mount`.
public sealed interface ConfiguredRoot {
    /// It is a directory of this host.
    ///
    /// @param path absolute
    record Directory(Path path) implements ConfiguredRoot {}

    /// It is none, before the start.
    ///
    /// @param why one sentence
    record Elsewhere(String why) implements ConfiguredRoot {}
}
