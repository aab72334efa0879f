/// A container that does not run, read from its root directory.
///
/// Source of truth: systemd.unit(5), bootup(7), pvesm(1). May use: live, machine, perf, program,
/// root, runtime, snapshot, and core's boot.
package dev.capdrop.linux.offline;
