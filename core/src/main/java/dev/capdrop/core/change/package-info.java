/// The one transaction: journal, edit, restart, compare, and back if it got worse.
///
/// May use: shared, and all that shared may use.
package dev.capdrop.core.change;
