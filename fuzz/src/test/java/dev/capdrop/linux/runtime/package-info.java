/// Answers that no Incus gave.
@org.jspecify.annotations.NullMarked
package dev.capdrop.linux.runtime;
