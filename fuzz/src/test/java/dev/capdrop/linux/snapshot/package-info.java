/// Journals that nobody wrote.
@org.jspecify.annotations.NullMarked
package dev.capdrop.linux.snapshot;
