/// The one transaction: journal, edit, restart, compare, and back if it got worse.
///
/// May use: plan, and all that plan may use.
package dev.capdrop.core.change;
