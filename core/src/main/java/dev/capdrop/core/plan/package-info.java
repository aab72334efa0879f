/// The choice of capabilities to drop for a goal: the search, its price, and the proof where it
/// cannot be had; and one drop for several containers, in lines that they share (a file that their
/// configurations include, or a profile that they use).
///
/// May use: forecast, and all that forecast may use.
///
/// Internal: it may change in any version.
package dev.capdrop.core.plan;
