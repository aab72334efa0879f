/// The facts that a condition may ask for, from the files of a container; what the host grants; and
/// the survey of this host for `doctor`.
///
/// Source of truth: systemd.unit(5), machine-id(5); proc(5), sysfs(5), kernel_lockdown(7),
/// cgroups(7), keyrings(7), apparmor(7). May use: libc, root, perf, proc, runtime, store, time, and
/// core's condition, host, snapshot and unit.
package dev.capdrop.linux.machine;
