package dev.capdrop.core.change;

/// The port that is told of each step of a change, before it is taken.
@FunctionalInterface
public interface Progress {
    /// Tells what is about to happen.
    ///
    /// @param sentence what is about to happen
    void step(String sentence);
}
