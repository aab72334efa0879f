/// What all tests with hostile inputs have in common: who makes an input, and who holds what comes
/// of it against what is promised.
///
/// Never shipped.
@org.jspecify.annotations.NullMarked
package dev.capdrop.fuzz;
