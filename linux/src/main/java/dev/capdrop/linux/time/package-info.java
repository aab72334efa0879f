/// How long something may take, by a clock that nobody sets.
///
/// Source of truth: clock_gettime(2), CLOCK_MONOTONIC. May use: nothing.
package dev.capdrop.linux.time;
