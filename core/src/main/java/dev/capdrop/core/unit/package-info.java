/// Units as text: their names, the settings of one file, what a dependency means.
///
/// Source of truth: systemd.unit(5), systemd.syntax(7). May use: document.
///
/// Internal: it may change in any version.
package dev.capdrop.core.unit;
