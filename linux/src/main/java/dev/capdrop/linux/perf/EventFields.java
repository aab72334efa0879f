package dev.capdrop.linux.perf;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The kernel's own description of an event, its file `format` in tracefs.
record EventFields(String event, String text) {
    private static final Pattern ID = Pattern.compile("(?m)^ID: ([0-9]{1,9})$");

    int id() throws IOException {
        Matcher id = ID.matcher(text);
        if (!id.find()) {
            throw unknown("ID");
        }
        return Integer.parseInt(id.group(1));
    }

    /// Returns the offset of a field in bytes, which must have this size.
    int offset(String field, int size) throws IOException {
        Matcher line =
                Pattern.compile(
                                "(?m)^\\s*field:[^;]*[ *]%s;\\s*offset:([0-9]{1,4});\\s*size:%s;"
                                        .formatted(field, size))
                        .matcher(text);
        if (!line.find()) {
            throw unknown(field);
        }
        return Integer.parseInt(line.group(1));
    }

    private IOException unknown(String field) {
        return new IOException(
                "this kernel's %s has no field '%s' of the known kind; this version of capdrop cannot read it"
                        .formatted(event, field));
    }
}
