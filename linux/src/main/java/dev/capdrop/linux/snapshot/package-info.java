/// Reading a container into a Snapshot.
///
/// May use: attach, bus, evidence, journald, machine, proc, program, root, and core's change,
/// condition, load, snapshot and unit.
package dev.capdrop.linux.snapshot;
