/// All that is known of one container at one instant, as a value, and what its configuration gives
/// the next start.
///
/// May use: capability, document, container, observe, unit, condition.
///
/// Internal: it may change in any version.
package dev.capdrop.core.snapshot;
