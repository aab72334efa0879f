package dev.capdrop.linux.runtime;

import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.snapshot.ContainerId;
import org.jspecify.annotations.Nullable;

/// A container of this host, or of another node of its cluster.
///
/// @param guest null when Proxmox VE does not look after it, or does not list what it has made
public record HostContainer(ContainerId id, @Nullable ProxmoxGuest guest) {
    /// Whether it is on another node, so that only its configuration can be read.
    public boolean elsewhere() {
        return guest != null && !guest.place().here();
    }

    /// Whether it is this one, whose file may lie in another node's folder by now.
    public boolean is(ContainerId container) {
        return container.kind().uniqueNames()
                ? id.target().equals(container.target())
                : id.equals(container);
    }
}
