/// The forecast against the boot: unit by unit, a verdict, and the blame.
///
/// May use: journal.
///
/// Internal: it may change in any version.
package dev.capdrop.core.verification;
