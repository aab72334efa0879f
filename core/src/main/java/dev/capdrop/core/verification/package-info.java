/// What was forecast against what came: unit by unit, a verdict, and whose fault it is.
///
/// May use: journal.
package dev.capdrop.core.verification;
