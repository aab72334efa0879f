/// The files of the host that survive a crash: the configuration that a change edits, what it
/// includes, the journal of changes, and the file of defaults.
///
/// Sources of truth: lxc.container.conf(5), rename(2), fsync(2), liblxc's `lxclock.c` and the locks
/// of Proxmox VE's programs. May use: libc, root, incus, and core, record.
package dev.capdrop.linux.store;
