/// The facts about one container at one instant, as a value, and the effect of its configuration on
/// the next start.
///
/// May use: capability, document, container, observe, unit, condition.
///
/// Internal: it may change in any version.
package dev.capdrop.core.snapshot;
