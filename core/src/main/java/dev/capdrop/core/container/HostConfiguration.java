package dev.capdrop.core.container;

import org.jspecify.annotations.Nullable;

/// A configuration from which containers of a host are started, or may be one day.
///
/// @param owner whose it is, for messages: a container's target, with the snapshot's name where it
///   is that of a snapshot; a file that new containers are made from
/// @param path its file
/// @param format what that is written in
/// @param snapshot the section of a `VMID.conf` that is meant: the name of a snapshot; null for
///   what the next start makes of the file
public record HostConfiguration(
        String owner, String path, ConfigFormat format, @Nullable String snapshot) {
    /// What the next start makes of this file.
    public HostConfiguration(String owner, String path, ConfigFormat format) {
        this(owner, path, format, null);
    }

    /// Whose a snapshot of it is.
    public String ownerOfSnapshot(String name) {
        return owner + " (snapshot " + name + ")";
    }

    /// What it comes to.
    ///
    /// @param last the number in `/proc/sys/kernel/cap_last_cap`
    public EffectiveCapabilities resolve(ConfigSource source, int last) {
        String text = snapshot == null ? null : source.read(path);
        ProxmoxConfig.Section section =
                text == null ? null : ProxmoxConfig.parse(text).snapshots().get(snapshot);
        return section == null
                ? format.resolve(path, source, last)
                : ProxmoxConfig.resolve(section, path, source, last);
    }
}
