package dev.capdrop.core.document;

import java.util.ArrayList;
import java.util.List;

/// A text file as its lines, each with the line end it was written with, so that format(parse(x))
/// is x.
///
/// The text is a string of bytes (one char of 0 to 255 for each byte): an encoding that this
/// program does not know must survive.
///
/// @param lines the lines with their ends; only the last may have none
public record LineDocument(List<String> lines) {
    public LineDocument {
        lines = List.copyOf(lines);
    }

    /// Splits `text` behind each line feed.
    public static LineDocument parse(String text) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            lines.add(text.substring(start, end + 1));
            start = end + 1;
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        return new LineDocument(lines);
    }

    /// The text again.
    public String format() {
        return String.join("", lines);
    }
}
