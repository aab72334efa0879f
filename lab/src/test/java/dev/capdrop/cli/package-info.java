/// What runs command lines on the JVM of the tests.
@org.jspecify.annotations.NullMarked
package dev.capdrop.cli;
