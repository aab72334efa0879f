package dev.capdrop.core.execution;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.rule.Rule;

/// The effect of missing capabilities on a unit whose start is tried.
public sealed interface Shortfall {
    Shortfall NONE = new None();

    record None() implements Shortfall {}

    /// A start that fails.
    ///
    /// @param status the exit status that systemd keeps, systemd.exec(5), "Process Exit Codes"; 0
    ///   where no process ends
    record Failure(Rule rule, int status, CapabilitySet capabilities, Why why)
            implements Shortfall {}

    /// A start that is refused in `ExecCondition=`, so that the unit is skipped: of such a command
    /// every exit status from 1 to 254 says so, one that systemd gives itself as well
    /// (systemd.service(5), "ExecCondition="; src/core/service.c, `service_sigchld_event`; since
    /// 243, which brought the setting).
    record Skip(Rule rule, Why why) implements Shortfall {}

    /// Nobody can tell from here.
    record Undecided(Rule rule, CapabilitySet capabilities, Why why) implements Shortfall {}
}
