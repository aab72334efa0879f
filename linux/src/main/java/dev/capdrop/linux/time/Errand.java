package dev.capdrop.linux.time;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A step that takes time and may fail.
@FunctionalInterface
public interface Errand<T extends @Nullable Object> {
    /// Takes the step, and returns what came of it.
    T take() throws IOException;
}
