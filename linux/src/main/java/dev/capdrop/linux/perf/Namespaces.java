package dev.capdrop.linux.perf;

import dev.capdrop.core.observe.Observation.Meaning;

/// The two user namespaces that give a check its meaning, by the kernel's addresses.
///
/// @param container the container's; equals `initial` for a privileged container
record Namespaces(long initial, long container) {
    boolean privileged() {
        return initial == container;
    }

    /// Returns the meaning of a check made within the container's control groups.
    ///
    /// Source: `cap_capable()` walks from the demanded namespace up to that of the process; where
    /// that is not on the way, it refuses. So a process of the container, asked for something in
    /// the initial namespace, is always refused.
    Meaning meaning(CapabilityCheck check) {
        if (check.granted()) {
            if (check.granting() == container) {
                return Meaning.USED;
            }
            return check.granting() == initial ? Meaning.HOST : Meaning.BELOW;
        }
        if (check.demanded() == container) {
            return Meaning.MISSED;
        }
        return check.demanded() == initial ? Meaning.NEVER_HONOURED : Meaning.BELOW;
    }
}
