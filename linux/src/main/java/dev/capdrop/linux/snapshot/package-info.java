/// Reading a container into a Snapshot: one that runs, and one that does not, from its root
/// directory. Of units in trouble also what systemd does not tell: the files that their settings
/// name, and their last lines in the container's journal, an adversary's file.
///
/// Source of truth: systemd.unit(5), systemd.exec(5), bootup(7), pvesm(1), execve(2); "Journal File
/// Format" of systemd's documentation (JOURNAL_FILE_FORMAT), systemd.journal-fields(7). May use:
/// bus, engine, libc, live, machine, perf, proc, root, runtime, scan, store, time, and core's boot,
/// change, condition, snapshot and unit.
package dev.capdrop.linux.snapshot;
