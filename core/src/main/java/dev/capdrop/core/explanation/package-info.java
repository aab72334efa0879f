/// The reasons for a unit's state, and for a container's capabilities.
///
/// Source of truth: capabilities(7), systemd.unit(5), systemd.exec(5), lxc.container.conf(5). May
/// use: forecast.
///
/// Internal: it may change in any version.
package dev.capdrop.core.explanation;
