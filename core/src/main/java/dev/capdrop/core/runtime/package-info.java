/// The settings of runtimes that are no LXC configuration, as values: those that Incus adds to an
/// administrator's lines, the settings files of systemd-nspawn(1), and its command line.
///
/// Sources of truth: Incus' REST API (`/1.0/instances/NAME`), and the `lxc.conf` that Incus 6.0 was
/// seen to write at a start; systemd.nspawn(5), systemd-nspawn(1), and what systemd 257 was seen to
/// do. May use: capability, document, unit.
///
/// Internal: it may change in any version.
package dev.capdrop.core.runtime;
