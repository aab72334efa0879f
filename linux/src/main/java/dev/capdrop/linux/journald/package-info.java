/// Reading the files of a container's systemd-journald from outside, as an adversary's.
///
/// Source of truth: "Journal File Format" of systemd's documentation (JOURNAL_FILE_FORMAT),
/// systemd.journal-fields(7). May use: libc, root and time.
package dev.capdrop.linux.journald;
