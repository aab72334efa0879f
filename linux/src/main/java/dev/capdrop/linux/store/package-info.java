/// The files of the host that configure a container, read and replaced.
///
/// Source of truth: lxc.container.conf(5). May use: core.
package dev.capdrop.linux.store;
