package dev.capdrop.core.plan;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.Editing;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.container.SharedLines;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.runtime.IncusExpansion;
import dev.capdrop.core.runtime.IncusFile;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The `raw.lxc` of a profile of Incus. One is in force in an instance: its own, else that of the
/// last of its profiles that has one. `current`: what it says now; empty where it has none; `uses`:
/// the effect on each that uses it, by the path of its configuration.
public record SharedProfile(IncusFile.IncusProfile profile, String current, Map<String, Use> uses)
        implements SharedLines {
    /// The effect of a profile's lines on one of those that use it; `instead`: what is in force in
    /// their place, a clause; empty where they are; `covers`: the profile whose lines these would
    /// put out of force; empty where there is none.
    public record Use(String instead, String covers) {}

    @Override
    public String path() {
        return profile.raw();
    }

    @Override
    public Editing edit(
            ConfigSource source, CapabilitySet drop, int last, String node, String undo) {
        return ConfigFormat.LXC.drop(path(), source.with(path(), current), drop, last);
    }

    @Override
    public String takeBack(String lines, Editing.ConfigEdit edit) {
        return ConfigFormat.LXC.takeBack(lines, edit);
    }

    @Override
    public String folder() {
        return "";
    }

    @Override
    public List<EffectiveCapabilities> resolve(
            HostConfiguration configuration, ConfigSource source, String text, int last) {
        ConfigSource with =
                reaches(configuration) && !text.equals(current)
                        ? expanded(configuration, source, text)
                        : source;
        return List.of(configuration.resolve(with, last));
    }

    private ConfigSource expanded(
            HostConfiguration configuration, ConfigSource source, String text) {
        String path = IncusFile.expanded(configuration.path());
        String now = source.read(path);
        IncusExpansion given = IncusExpansion.parse(now == null ? "" : now);
        IncusExpansion then = given.withProfile(text.isEmpty() ? "" : profile.word(), text);
        return now == null ? source : source.with(path, then.format());
    }

    @Override
    public EffectiveCapabilities.@Nullable LoadError breaks(
            HostConfiguration configuration, ConfigSource source, String text, int last) {
        Use use = uses.get(configuration.path());
        if (use == null
                || !use.instead().isEmpty()
                || text.isEmpty()
                || !configuration.resolve(source, last).loads()) {
            return null;
        }
        return use.covers().isEmpty()
                ? resolve(configuration, source, text, last).getFirst().error()
                : new EffectiveCapabilities.LoadError(
                        path(),
                        0,
                        "",
                        "it would put the raw.lxc of profile '%s' out of force"
                                .formatted(use.covers()));
    }

    @Override
    public boolean reaches(HostConfiguration configuration, ConfigSource source, int last) {
        return reaches(configuration);
    }

    private boolean reaches(HostConfiguration configuration) {
        Use use = uses.get(configuration.path());
        return use != null && use.instead().isEmpty();
    }

    @Override
    public String unreached(HostConfiguration configuration, ConfigSource source, int last) {
        Use use = uses.get(configuration.path());
        return use == null
                ? "not reached: it does not use the profile"
                : use.instead().isEmpty() ? "" : "not reached: " + use.instead();
    }
}
