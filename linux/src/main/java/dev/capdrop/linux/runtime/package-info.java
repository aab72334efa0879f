/// The container runtimes of a host: which containers there are, and how they start and stop.
///
/// Source of truth: lxc.conf(5), lxc.container.conf(5), pct(1), pct.conf(5), ha-manager(1),
/// machinectl(1), systemd.nspawn(5), Incus' REST API. May use: copy, incus, proc, session, store,
/// and core's change, snapshot and trial.
package dev.capdrop.linux.runtime;
