/// Unit files as systemd loads them (fragment, drop-ins, aliases, templates and masks, merged, and
/// what its generators add), which units a boot starts, and the outcome of each in a boot that
/// nobody has seen.
///
/// Source of truth: systemd.unit(5), systemd.generator(7), bootup(7). May use: snapshot.
///
/// Internal: it may change in any version.
package dev.capdrop.core.boot;
