/// A container that does not run, read from its root directory and its configuration.
///
/// Source of truth: systemd.unit(5), bootup(7), lxc.container.conf(5). May use: libc, machine, root,
/// snapshot, and core's condition, container, snapshot and unit.
package dev.capdrop.linux.offline;
