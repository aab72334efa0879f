/// The survey of this host for `doctor`: each look by itself, none waited for longer than it may
/// take.
///
/// Source of truth: proc(5), sysfs(5), kernel_lockdown(7), cgroups(7), apparmor(7). May use:
/// evidence, perf, runtime, store, time, and core's host.
package dev.capdrop.linux.survey;
