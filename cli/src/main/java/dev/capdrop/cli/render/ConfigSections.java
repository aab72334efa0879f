package dev.capdrop.cli.render;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.EffectiveCapabilities;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a configuration comes to, and what stands beside it in the same file.
///
/// @param format what the file is written in
/// @param path the file
/// @param current the container as the file has it now
/// @param pending the container with the changes that its next start brings; null when none wait
/// @param snapshots what a rollback to each snapshot would bring back, by name
public record ConfigSections(
        ConfigFormat format,
        String path,
        EffectiveCapabilities current,
        @Nullable EffectiveCapabilities pending,
        Map<String, EffectiveCapabilities> snapshots) {
    public ConfigSections {
        snapshots = Collections.unmodifiableMap(new TreeMap<>(snapshots));
    }

    /// Whether the next start can read it.
    public boolean loads() {
        return pending == null ? current.loads() : pending.loads();
    }
}
