/// Limits of time, by a clock that nobody sets.
///
/// Source of truth: clock_gettime(2), CLOCK_MONOTONIC; proc_loadavg(5). May use: nothing.
package dev.capdrop.linux.time;
