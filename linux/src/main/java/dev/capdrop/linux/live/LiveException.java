package dev.capdrop.linux.live;

import java.io.IOException;

/// Thrown where PID 1 was not, or not wholly, made to give capabilities up; it runs on as it was.
final class LiveException extends IOException {
    private static final long serialVersionUID = 1L;

    LiveException(String message) {
        super(message);
    }

    LiveException(String message, IOException cause) {
        super(message, cause);
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}
