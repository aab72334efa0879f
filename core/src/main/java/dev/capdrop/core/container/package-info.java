/// A container's configuration: which capabilities it really drops or keeps, from which file and
/// line, and the smallest edit that changes that.
///
/// Source of truth: lxc.container.conf(5) and what liblxc's parser does. May use: capability,
/// document.
package dev.capdrop.core.container;
