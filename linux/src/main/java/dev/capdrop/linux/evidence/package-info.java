/// What tells why units are in trouble, and that systemd does not say: the files that their
/// settings name, and what the host grants.
///
/// Source of truth: systemd.exec(5), execve(2), keyrings(7), cgroups(7). May use: libc, root, proc,
/// time, and core's snapshot and unit.
package dev.capdrop.linux.evidence;
