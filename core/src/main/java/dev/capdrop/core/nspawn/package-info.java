/// What systemd-nspawn(1) is told, as values: its settings files and its command line.
///
/// Sources of truth: systemd.nspawn(5), systemd-nspawn(1), and what systemd 257 was seen to do. May
/// use: capability, document, unit.
///
/// Internal: it may change in any version.
package dev.capdrop.core.nspawn;
