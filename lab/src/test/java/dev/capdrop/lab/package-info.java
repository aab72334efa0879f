/// Tests against real containers, and the bench that makes them from Debian's packages.
///
/// Never shipped. {@link dev.capdrop.lab.Bench} makes containers, {@link dev.capdrop.lab.Tool} runs
/// capdrop as a process of its own, {@link dev.capdrop.lab.NeedsContainers} skips a class where no
/// container can run.
@org.jspecify.annotations.NullMarked
package dev.capdrop.lab;
