/// What the tests need of the kernel beside what the program does.
@org.jspecify.annotations.NullMarked
package dev.capdrop.linux.libc;
