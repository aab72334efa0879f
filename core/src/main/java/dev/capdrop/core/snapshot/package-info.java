/// All that is known of one container at one instant, as a value.
///
/// May use: capability, document, container, unit, condition.
package dev.capdrop.core.snapshot;
