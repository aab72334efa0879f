/// Recordings that nobody wrote.
@org.jspecify.annotations.NullMarked
package dev.capdrop.record;
