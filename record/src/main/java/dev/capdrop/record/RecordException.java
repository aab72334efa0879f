package dev.capdrop.record;

import java.io.IOException;

/// Thrown when a document cannot be read; one sentence names the document, the place, the fault.
public final class RecordException extends IOException {
    private static final long serialVersionUID = 1L;

    RecordException(String source, String problem) {
        super("'" + source + "' " + problem);
    }

    RecordException(String source, long place, String problem) {
        this(source, problem + " (" + Place.text(place) + ")");
    }
}
