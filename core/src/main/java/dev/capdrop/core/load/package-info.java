/// Unit files as systemd loads them: fragment, drop-ins, aliases, templates and masks, merged, what
/// its generators add, and which units a boot starts.
///
/// Source of truth: systemd.unit(5), systemd.generator(7), bootup(7). May use: unit.
///
/// Internal: it may change in any version.
package dev.capdrop.core.load;
