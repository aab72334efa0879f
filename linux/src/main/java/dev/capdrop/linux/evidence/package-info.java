/// Evidence of why units are in trouble that systemd does not give: the files that their settings
/// name, what the host grants, and the last lines in the container's journal, an adversary's file.
///
/// Source of truth: systemd.exec(5), execve(2), keyrings(7), cgroups(7); "Journal File Format" of
/// systemd's documentation (JOURNAL_FILE_FORMAT), systemd.journal-fields(7). May use: libc, root,
/// proc, time, and core's snapshot and unit.
package dev.capdrop.linux.evidence;
