/// Files that survive a crash: the configuration that a change edits, and the journal of changes.
///
/// Sources of truth: rename(2), fsync(2), fcntl(2) ("Advisory record locking") and, for the lock
/// that a container's configuration has, liblxc's `lxclock.c`. May use: core, record.
package dev.capdrop.linux.store;
