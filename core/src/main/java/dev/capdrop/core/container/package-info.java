/// A container's configuration, be it files or a command line: which capabilities it really drops
/// or keeps, from which file and line, and the smallest edit that changes that.
///
/// Sources of truth: lxc.container.conf(5), pct.conf(5), systemd.nspawn(5), systemd-nspawn(1), what
/// the parsers of liblxc, Proxmox VE and systemd (257) do, and what Incus writes for liblxc. May
/// use: capability, document, runtime.
///
/// Internal: it may change in any version.
package dev.capdrop.core.container;
