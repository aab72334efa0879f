/// The rules by which a forecast is made, each with its name, its source, since when it holds and
/// what has shown it.
///
/// Source of truth: what each row names. May use: nothing.
///
/// Internal: it may change in any version; the names of the rules stay.
package dev.capdrop.core.rule;
