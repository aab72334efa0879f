package dev.capdrop.linux.time;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A step that takes time and may fail.
@FunctionalInterface
public interface Errand<T extends @Nullable Object> {
    T take() throws IOException;

    /// A step with something.
    @FunctionalInterface
    interface With<A> {
        void take(A it) throws IOException;
    }

    static <T> T or(T otherwise, Errand<T> step) {
        try {
            return step.take();
        } catch (IOException failed) {
            return otherwise;
        }
    }

    static <T> @Nullable T orNull(Errand<? extends @Nullable T> step) {
        try {
            return step.take();
        } catch (IOException failed) {
            return null;
        }
    }
}
