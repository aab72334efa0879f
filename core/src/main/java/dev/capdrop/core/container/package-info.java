/// A container's configuration: which capabilities it really drops or keeps, from which file and
/// line, and the smallest edit that changes that.
///
/// Sources of truth: lxc.container.conf(5), pct.conf(5), and what the parsers of liblxc and Proxmox
/// VE do. May use: capability, document.
package dev.capdrop.core.container;
