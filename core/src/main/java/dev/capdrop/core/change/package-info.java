/// The one transaction: journal, edit, restart, compare, and back if it got worse.
///
/// May use: verification.
///
/// Internal: it may change in any version.
package dev.capdrop.core.change;
