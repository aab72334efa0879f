package dev.capdrop.linux.time;

import java.io.IOException;

/// A step that takes time and may fail.
@FunctionalInterface
public interface Step<T> {
    /// Takes the step, and returns what came of it.
    T take() throws IOException;
}
