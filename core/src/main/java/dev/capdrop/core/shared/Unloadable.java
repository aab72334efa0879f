package dev.capdrop.core.shared;

import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.HostConfiguration;
import dev.capdrop.core.container.LoadError;
import dev.capdrop.core.container.SharedLines;
import java.util.ArrayList;
import java.util.List;

/// A configuration that liblxc refuses, so that its container does not start.
///
/// @param configuration which
/// @param error why
public record Unloadable(HostConfiguration configuration, LoadError error) {
    /// Those that load without shared lines, and do not with these: with what they say already,
    /// too, for one that arrived later may be broken by it.
    ///
    /// @param last the number in `/proc/sys/kernel/cap_last_cap`
    public static List<Unloadable> brokenBy(
            SharedLines lines,
            String text,
            List<HostConfiguration> all,
            ConfigSource source,
            int last) {
        List<Unloadable> found = new ArrayList<>();
        for (HostConfiguration one : all) {
            LoadError error = lines.breaks(one, source, text, last);
            if (error != null) {
                found.add(new Unloadable(one, error));
            }
        }
        return found;
    }
}
