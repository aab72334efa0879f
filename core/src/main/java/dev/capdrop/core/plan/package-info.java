/// Which capabilities to drop for a goal: the search, its price, and the proof where it cannot be
/// had.
///
/// May use: forecast, and all that forecast may use.
///
/// Internal: it may change in any version.
package dev.capdrop.core.plan;
