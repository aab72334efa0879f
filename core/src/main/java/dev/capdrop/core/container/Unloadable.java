package dev.capdrop.core.container;

import java.util.ArrayList;
import java.util.List;

/// A configuration that liblxc refuses, so that its container does not start.
///
/// @param configuration which
/// @param error why
public record Unloadable(HostConfiguration configuration, LoadError error) {
    /// Those that load without a shared file, and do not when it says `text`: what it says already,
    /// too, for one that arrived later may be broken by it.
    ///
    /// @param last the number in `/proc/sys/kernel/cap_last_cap`
    public static List<Unloadable> brokenBy(
            SharedFile file,
            String text,
            List<HostConfiguration> all,
            ConfigSource source,
            int last) {
        List<Unloadable> found = new ArrayList<>();
        for (HostConfiguration one : all) {
            LoadError error = file.breaks(one, source, text, last);
            if (error != null) {
                found.add(new Unloadable(one, error));
            }
        }
        return found;
    }
}
