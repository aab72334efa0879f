package dev.capdrop.core.container;

import dev.capdrop.capability.CapabilitySet;

/// A line of a configuration that opens what the lines before it, or its runtime, had closed.
///
/// @param gives the capabilities that the container holds because of it; empty for the other kinds
/// @param line from 1; 0 where a line is missing
/// @param text the line as written, without its end; what is missing where there is none
public record Opening(Kind kind, CapabilitySet gives, String file, int line, String text)
        implements EffectiveCapabilities.Placed {
    /// The guard that is taken away.
    public enum Kind {
        /// No AppArmor profile confines the container: `lxc.apparmor.profile = unconfined`.
        APPARMOR,
        /// The list of dropped capabilities begins anew: `lxc.cap.drop =`.
        CAPABILITIES,
        /// Every device may be used: `lxc.cgroup2.devices.allow = a`.
        DEVICES,
        /// `/proc/sys` and `/proc/sysrq-trigger` are writable: `lxc.mount.auto = proc:rw`.
        PROC,
        /// `/sys` is writable: `lxc.mount.auto = sys:rw`.
        SYS,
        /// The container has no user namespace of its own: no `lxc.idmap`.
        PRIVILEGED
    }
}
