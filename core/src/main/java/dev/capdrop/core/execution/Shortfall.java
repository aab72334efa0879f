package dev.capdrop.core.execution;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.rule.Rule;

/// What missing capabilities do to a unit whose start is tried.
public sealed interface Shortfall {
    /// Nothing at all.
    Shortfall NONE = new None();

    /// See [#NONE].
    record None() implements Shortfall {}

    /// Its start fails.
    ///
    /// @param rule what says so
    /// @param status the exit status that systemd keeps, systemd.exec(5), "Process Exit Codes"; 0
    ///   where no process ends
    /// @param capabilities those that it misses
    record Failure(Rule rule, int status, CapabilitySet capabilities, Why why)
            implements Shortfall {}

    /// Its start is refused in `ExecCondition=`, so that it is skipped: of such a command every
    /// exit status from 1 to 254 says so, one that systemd gives itself as well
    /// (systemd.service(5), "ExecCondition="; src/core/service.c, `service_sigchld_event`; since
    /// 243, which brought the setting).
    ///
    /// @param rule what says so
    record Skip(Rule rule, Why why) implements Shortfall {}

    /// Nobody can tell from here.
    ///
    /// @param rule what leaves it undecided
    /// @param capabilities those that it may miss
    record Undecided(Rule rule, CapabilitySet capabilities, Why why) implements Shortfall {}
}
