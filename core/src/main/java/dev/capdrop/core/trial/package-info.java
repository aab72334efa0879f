/// The capabilities that a container needs, shown by boots of throw-away copies: what a boot came
/// to, and how the set is narrowed down.
///
/// May use: plan.
///
/// Internal: it may change in any version.
package dev.capdrop.core.trial;
