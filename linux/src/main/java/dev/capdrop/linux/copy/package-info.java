/// Throw-away copies of a container, on which `capdrop trial` proves a drop: how they are made,
/// what of the original they do not get, and what removes those that a killed run has left.
///
/// Sources of truth: lxc.container.conf(5), fstab(5), the kernel's `overlayfs.rst`. May use: root,
/// session, store, and core's trial.
package dev.capdrop.linux.copy;
