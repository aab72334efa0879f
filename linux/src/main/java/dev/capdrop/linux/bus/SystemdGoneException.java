package dev.capdrop.linux.bus;

import java.io.IOException;

/// Nobody answers for a container's systemd: it has neither a D-Bus nor a socket of its own on
/// which it listens, as after it froze.
public final class SystemdGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    /// @param message one sentence
    public SystemdGoneException(String message) {
        super(message);
    }
}
