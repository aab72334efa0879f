/// Programs that no linker made.
@org.jspecify.annotations.NullMarked
package dev.capdrop.linux.program;
