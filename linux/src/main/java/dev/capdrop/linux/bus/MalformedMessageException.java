package dev.capdrop.linux.bus;

import java.io.IOException;

/// A container's message that the D-Bus specification does not allow, that is no answer to what was
/// asked, or whose values would take more memory than we grant. The conversation ends with it.
final class MalformedMessageException extends IOException {
    private static final long serialVersionUID = 1L;

    /// @param message one sentence that quotes nothing of what the container sent but numbers
    MalformedMessageException(String message) {
        super(message);
    }

    /// @param what does not fit
    static MalformedMessageException of(String what) {
        return new MalformedMessageException("D-Bus sent a malformed message: " + what);
    }
}
