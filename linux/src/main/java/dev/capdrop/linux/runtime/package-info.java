/// The container runtimes of a host: which containers there are, how they start and stop, and
/// throw-away copies of them, on which `capdrop trial` proves a drop.
///
/// Source of truth: lxc.conf(5), lxc.container.conf(5), fstab(5), the kernel's `overlayfs.rst`,
/// pct(1), pct.conf(5), ha-manager(1), machinectl(1), systemd.nspawn(5), Incus' `rest-api.md`. May
/// use: root, incus, proc, session, store, and core's change, snapshot and trial.
package dev.capdrop.linux.runtime;
