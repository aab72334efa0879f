package dev.capdrop.core.observe;

/// What a check says of the container that it was made in.
public enum Meaning {
    /// Granted in the container's own user namespace, or over one below it: without the capability
    /// it would have been refused. That is no proof of need: some places ask for it before they
    /// look at the owner.
    USED,
    /// Refused in a namespace where it counts: the process lacked it.
    MISSED,
    /// Demanded in the initial user namespace by a process of another: refused whatever it holds.
    NEVER_HONOURED,
    /// Of a process in a user namespace below the container's, where the container's set does not
    /// reach.
    BELOW,
    /// With credentials of the host: of a process that acts on the container, such as lxc-attach(1)
    /// on its way in, or of overlayfs, which asks with those of whoever mounted it.
    HOST
}
