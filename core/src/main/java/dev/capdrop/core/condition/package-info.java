/// systemd's conditions and assertions as values, and their results.
///
/// Source of truth: systemd.unit(5), "Conditions and Asserts", and systemd's `condition.c`. May
/// use: capability, unit.
///
/// Internal: it may change in any version.
package dev.capdrop.core.condition;
