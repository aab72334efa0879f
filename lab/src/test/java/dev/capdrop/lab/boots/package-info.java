/// Forecast against reality: containers that are booted under one drop after the other, the
/// recordings of these boots, and the forecasts counted against them.
///
/// Recording takes hours, counting takes seconds: when a rule changes, only the counting is done
/// again. `bench/boots` runs both.
@org.jspecify.annotations.NullMarked
package dev.capdrop.lab.boots;
