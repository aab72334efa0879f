package dev.capdrop.core.snapshot;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Kernel;
import org.jspecify.annotations.Nullable;

/// The machine below the container.
///
/// @param name as uname(2) says it; empty when it is not known
/// @param lastCapability the number in `/proc/sys/kernel/cap_last_cap`
/// @param bounding the most that a privileged container's next start can hold (capabilities(7),
///   "Capability bounding set")
/// @param appArmor whether AppArmor is in force; null when that was not looked at
/// @param liblxc the version of its liblxc, whose profile AppArmor has in force; empty when it is
///   not known, or not asked for because AppArmor is not in force
public record HostMachine(
        String name,
        String kernelRelease,
        int lastCapability,
        CapabilitySet bounding,
        @Nullable Boolean appArmor,
        String liblxc) {
    public HostMachine {
        if (lastCapability < 0) {
            throw new IllegalArgumentException(
                    "last capability " + lastCapability + ", expected 0 or more");
        }
    }

    /// Returns the kernel; a made-up release counts as one before Linux 6.17.
    public Kernel kernel() {
        try {
            return Kernel.of(kernelRelease, lastCapability);
        } catch (IllegalArgumentException none) {
            return Kernel.of("0.0", lastCapability);
        }
    }
}
