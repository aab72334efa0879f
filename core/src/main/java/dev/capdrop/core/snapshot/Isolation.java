package dev.capdrop.core.snapshot;

/// What the runtime gives the container beside its capabilities, as far as it decides what those
/// are worth.
///
/// @param rootUid the host's user that the container's user 0 is (user_namespaces(7)); 0 for a
///   privileged container
/// @param lendsMknod whether the runtime makes device nodes for it, with the capabilities of who
///   asks: Proxmox VE's `features: mknod=1`
/// @param ownAppArmorPolicy whether it may load AppArmor policy into a namespace of its own, which
///   LXC's `lxc.apparmor.profile = generated` gives it
public record Isolation(long rootUid, boolean lendsMknod, boolean ownAppArmorPolicy) {}
