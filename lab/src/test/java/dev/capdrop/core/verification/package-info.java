/// What the tests need of a verification beside what the program does.
@org.jspecify.annotations.NullMarked
package dev.capdrop.core.verification;
