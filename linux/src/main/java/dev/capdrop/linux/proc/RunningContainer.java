package dev.capdrop.linux.proc;

import dev.capdrop.core.snapshot.ContainerId;

/// A container that runs.
///
/// @param id which
/// @param pid the number of its init on the host
/// @param monitor the number of its monitor, the init's parent
/// @param user the host's user as whom the monitor runs, and as whom its hooks run
public record RunningContainer(ContainerId id, int pid, int monitor, int user) {}
