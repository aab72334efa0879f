package dev.capdrop.core.container;

import org.jspecify.annotations.Nullable;

/// A configuration from which containers of a host are started, or may be one day.
///
/// @param owner whose it is, for messages: a container's target, perhaps with a snapshot's name, or
///   a file that new containers are made from
/// @param snapshot the name of the snapshot whose section of a `VMID.conf` is meant; null for the
///   next start
public record HostConfiguration(
        String owner, String path, ConfigFormat format, @Nullable String snapshot) {

    public String ownerOfSnapshot(String name) {
        return owner + " (snapshot " + name + ")";
    }

    public EffectiveCapabilities resolve(ConfigSource source, int last) {
        String text = snapshot == null ? null : source.read(path);
        ProxmoxConfig.Section section =
                text == null ? null : ProxmoxConfig.parse(text).snapshots().get(snapshot);
        return section == null
                ? format.resolve(path, source, last)
                : ProxmoxConfig.resolve(section, path, source, last);
    }
}
