/// Descriptions of events that no kernel wrote.
@org.jspecify.annotations.NullMarked
package dev.capdrop.linux.perf;
