package dev.capdrop.record;

import java.io.IOException;

/// Thrown when a recorded document cannot be read; the message is one sentence that names the
/// document, the place and the fault.
public final class RecordException extends IOException {
    private static final long serialVersionUID = 1L;

    RecordException(String source, String problem) {
        super("'" + source + "' " + problem);
    }

    /// @param place where in the document ([Place])
    RecordException(String source, long place, String problem) {
        this(source, problem + " (" + Place.text(place) + ")");
    }
}
