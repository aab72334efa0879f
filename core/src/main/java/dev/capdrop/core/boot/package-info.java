/// A boot that nobody has seen: the outcome of each unit, as far as the files of a root directory
/// tell.
///
/// Source of truth: bootup(7), systemd.unit(5). May use: load, snapshot.
///
/// Internal: it may change in any version.
package dev.capdrop.core.boot;
