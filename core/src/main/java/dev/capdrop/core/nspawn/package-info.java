/// The settings files and the command line of systemd-nspawn(1), as values.
///
/// Sources of truth: systemd.nspawn(5), systemd-nspawn(1), and what systemd 257 was seen to do. May
/// use: capability, document, unit.
///
/// Internal: it may change in any version.
package dev.capdrop.core.nspawn;
