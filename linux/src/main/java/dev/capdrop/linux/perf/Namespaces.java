package dev.capdrop.linux.perf;

import dev.capdrop.core.observe.Observation.Meaning;

/// The two user namespaces that give a check its meaning, as the kernel's addresses of them.
///
/// @param initial the host's
/// @param container the container's; equals `initial` for a privileged container
record Namespaces(long initial, long container) {
    /// Whether the container has no user namespace of its own.
    boolean privileged() {
        return initial == container;
    }

    /// What a check made within the container's control groups means.
    ///
    /// Source: `cap_capable()` walks from the demanded namespace up to that of the process; where
    /// that is not on the way, it refuses. So a process of the container, asked for something in
    /// the initial namespace, is refused whatever it holds.
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
