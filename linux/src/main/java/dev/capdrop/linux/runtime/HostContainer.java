package dev.capdrop.linux.runtime;

import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.snapshot.ContainerId;
import org.jspecify.annotations.Nullable;

/// A container of this host, or of another node of its cluster.
///
/// @param id which
/// @param guest what Proxmox VE knows of it; null when it does not look after it, or does not list
///   what it has made
public record HostContainer(ContainerId id, @Nullable ProxmoxGuest guest) {
    /// Whether it is on another node, so that only its configuration can be read.
    public boolean elsewhere() {
        return guest != null && !guest.place().here();
    }

    /// Whether it is this one. Where a host has one of a name only its file may lie elsewhere by
    /// now, as in another node's folder.
    public boolean is(ContainerId container) {
        return container.kind().uniqueNames()
                ? id.target().equals(container.target())
                : id.equals(container);
    }
}
