/// Changes and their reasons, as they stand in the journal: its entries, which of them still count,
/// and what earlier changes taught.
///
/// May use: plan.
///
/// Internal: it may change in any version.
package dev.capdrop.core.journal;
