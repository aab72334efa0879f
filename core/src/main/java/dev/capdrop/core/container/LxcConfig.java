package dev.capdrop.core.container;

import dev.capdrop.core.capability.CapabilitySet;
import java.util.List;

/// The configuration of an LXC container, read as liblxc 5 and later read it.
///
/// Source: lxc.container.conf(5), "CAPABILITIES" and "INCLUDES".
public final class LxcConfig {
    private LxcConfig() {}

    /// What the configuration at `path` comes to.
    ///
    /// @param last the number in `/proc/sys/kernel/cap_last_cap`: a greater one is refused
    public static EffectiveCapabilities resolve(String path, ConfigSource source, int last) {
        return new EffectiveCapabilities(
                EffectiveCapabilities.Mode.NONE, CapabilitySet.EMPTY, List.of(), null);
    }

    /// The smallest edit of the file at `path` after which the container no longer holds `drop`.
    ///
    /// @throws IllegalArgumentException when the configuration does not load, or no edit of this
    ///   file can do it
    public static ConfigEdit drop(String path, ConfigSource source, CapabilitySet drop, int last) {
        return new ConfigEdit(path, "", "", CapabilitySet.EMPTY, drop);
    }

    /// `current` without what `edit` did: byte-identical to `edit.before()` when `current` is
    /// `edit.after()`, else with our names taken back and everybody else's edits kept.
    public static String takeBack(String current, ConfigEdit edit) {
        return current.equals(edit.after()) ? edit.before() : current;
    }
}
