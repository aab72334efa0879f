package dev.capdrop.core.plan;

import dev.capdrop.core.capability.CapabilitySet;

/// What missing capabilities do to a unit whose start is tried.
sealed interface Shortfall {
    /// Nothing at all.
    Shortfall NONE = new None();

    /// See [#NONE].
    record None() implements Shortfall {}

    /// Its start fails.
    ///
    /// @param status the exit status that systemd keeps, systemd.exec(5), "Process Exit Codes"; 0
    ///   where no process ends
    /// @param why one sentence fragment
    record Failure(int status, String why) implements Shortfall {}

    /// Nobody can tell from here.
    ///
    /// @param capabilities those that it may miss
    /// @param why one sentence fragment
    record Open(CapabilitySet capabilities, String why) implements Shortfall {}
}
