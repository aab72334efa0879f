/// The forecast against the boot: unit by unit, a verdict, and the blame; and what still counts of
/// a container's changes, with its drift from them.
///
/// The journal says what we put where, and the container whether it is still there. May use:
/// journal.
///
/// Internal: it may change in any version.
package dev.capdrop.core.verification;
