package dev.capdrop.linux.bus;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The container has no D-Bus, or nothing listens on its socket. One that is silent, or speaks
/// nonsense, is not absent.
public final class BusAbsentException extends IOException {
    private static final long serialVersionUID = 1L;

    BusAbsentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
