/// The one transaction: journal, edit, restart, compare, and back if it got worse.
///
/// May use: shared, verification.
package dev.capdrop.core.change;
