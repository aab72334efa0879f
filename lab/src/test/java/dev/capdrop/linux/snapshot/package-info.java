/// The reader of containers that do not run, pointed at one that does.
@org.jspecify.annotations.NullMarked
package dev.capdrop.linux.snapshot;
