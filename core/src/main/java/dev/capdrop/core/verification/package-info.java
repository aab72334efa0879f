/// What was forecast against what came: unit by unit, a verdict, and whose fault it is.
///
/// May use: journal.
///
/// Internal: it may change in any version.
package dev.capdrop.core.verification;
