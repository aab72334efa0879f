/// Throw-away copies of a container, on which `capdrop trial` proves a drop: how they are made,
/// what of the original they do not get, and what removes those that a killed run has left.
///
/// Sources of truth: lxc.container.conf(5), fstab(5), the kernel's `overlayfs.rst`, Incus'
/// `rest-api.md`, pct(1). May use: root, incus, session, store, and core's change and trial.
package dev.capdrop.linux.copy;
