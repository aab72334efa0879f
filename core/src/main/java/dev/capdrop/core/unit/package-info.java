/// Unit files as systemd loads them: fragment, drop-ins, aliases, templates and masks, merged, and
/// which units a boot starts.
///
/// Source of truth: systemd.unit(5), systemd.syntax(7), bootup(7). May use: document.
package dev.capdrop.core.unit;
