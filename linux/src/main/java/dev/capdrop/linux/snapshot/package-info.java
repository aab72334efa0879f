/// Reading a container into a Snapshot: one that runs, and one that does not, from its root
/// directory.
///
/// Source of truth: systemd.unit(5), bootup(7), pvesm(1). May use: bus, evidence, live, machine,
/// perf, proc, root, runtime, scan, store, and core's boot, change, condition, snapshot and unit.
package dev.capdrop.linux.snapshot;
