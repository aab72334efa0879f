package dev.capdrop.linux.bus;

import java.io.IOException;

/// A container's D-Bus is there, and has not answered in the time that was left: what it has
/// answered before stands.
public final class BusSilentException extends IOException {
    private static final long serialVersionUID = 1L;

    BusSilentException(String message) {
        super(message);
    }
}
