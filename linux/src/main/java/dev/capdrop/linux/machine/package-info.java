/// The facts that a condition may ask for, from the files of a container; and the survey of this
/// host for `doctor`.
///
/// Source of truth: systemd.unit(5), machine-id(5); proc(5), sysfs(5), kernel_lockdown(7),
/// cgroups(7), apparmor(7). May use: libc, root, evidence, perf, proc, runtime, store, time, and
/// core's condition, host and unit.
package dev.capdrop.linux.machine;
