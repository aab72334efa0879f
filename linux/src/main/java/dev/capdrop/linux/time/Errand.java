package dev.capdrop.linux.time;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A step that takes time and may fail.
@FunctionalInterface
public interface Errand<T extends @Nullable Object> {
    /// Takes the step, and returns what came of it.
    T take() throws IOException;

    /// Returns what came of a step, or `otherwise` where it fails.
    static <T> T or(T otherwise, Errand<T> step) {
        try {
            return step.take();
        } catch (IOException failed) {
            return otherwise;
        }
    }

    /// Returns what came of a step; null where it fails.
    static <T> @Nullable T orNull(Errand<? extends @Nullable T> step) {
        try {
            return step.take();
        } catch (IOException failed) {
            return null;
        }
    }
}
