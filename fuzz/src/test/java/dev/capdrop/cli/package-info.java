/// The commands, where what they read is hostile.
@org.jspecify.annotations.NullMarked
package dev.capdrop.cli;
