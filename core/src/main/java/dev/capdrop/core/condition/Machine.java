package dev.capdrop.core.condition;

import dev.capdrop.core.capability.CapabilitySet;
import org.jspecify.annotations.Nullable;

/// The port to the machine that a condition asks about: the container as its next boot will find
/// it.
public interface Machine {
    /// The bounding set of the container's PID 1.
    CapabilitySet bounding();

    /// What stands at an absolute path of the container, symlinks followed inside its root.
    ///
    /// @return null when the answer cannot outlive a restart (a path on /run, /proc, /sys, /dev) or
    ///   could not be read
    @Nullable PathStatus path(String path);

    /// The same without following a last symlink.
    @Nullable PathStatus link(String path);

    /// Whether a boot would be a first boot (machine-id(5), "First Boot Semantics"); null when
    /// unknown.
    @Nullable Boolean firstBoot();
}
