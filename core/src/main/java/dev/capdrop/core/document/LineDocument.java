package dev.capdrop.core.document;

import java.util.ArrayList;
import java.util.List;

/// A text file as its lines, each with the line end it was written with, so that format(parse(x))
/// is x.
///
/// The text is a string of bytes (one char of 0 to 255 for each byte), so that any encoding
/// survives. The edits below leave every other line byte-equal and keep the file's habits: its line
/// ends, and whether the last line has one.
///
/// @param lines the lines with their ends; only the last may have none
public record LineDocument(List<String> lines) {
    private static final String LINE_FEED = "\n";

    public LineDocument {
        lines = List.copyOf(lines);
    }

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

    public String format() {
        return String.join("", lines);
    }

    public int size() {
        return lines.size();
    }

    /// Returns the line at `index`, from 0, without its end.
    public String body(int index) {
        String line = lines.get(index);
        return line.substring(0, line.length() - end(index).length());
    }

    String end(int index) {
        String line = lines.get(index);
        if (line.endsWith(LINE_FEED)) {
            return line.endsWith("\r\n") ? "\r\n" : LINE_FEED;
        }
        return line.endsWith("\r") ? "\r" : "";
    }

    /// Returns a copy with `body` as the line at `index`, its end kept.
    public LineDocument withBody(int index, String body) {
        List<String> copy = new ArrayList<>(lines);
        copy.set(index, body + end(index));
        return new LineDocument(copy);
    }

    /// Returns a copy with a new line before the one at `index`, or at the end for `size()`. It
    /// ends as its neighbour does; a file whose last line has no end keeps that.
    public LineDocument insert(int index, String body) {
        List<String> copy = new ArrayList<>(lines);
        boolean behindUnended = index > 0 && end(index - 1).isEmpty();
        if (behindUnended) {
            copy.set(index - 1, lines.get(index - 1) + neighbourEnd(index - 1));
            copy.add(index, body);
        } else {
            copy.add(index, body + neighbourEnd(index));
        }
        return new LineDocument(copy);
    }

    /// Returns a copy without the line at `index`; a last line without an end stays so.
    public LineDocument remove(int index) {
        List<String> copy = new ArrayList<>(lines);
        copy.remove(index);
        if (index == copy.size() && index > 0 && end(index).isEmpty()) {
            copy.set(index - 1, body(index - 1));
        }
        return new LineDocument(copy);
    }

    private String neighbourEnd(int index) {
        for (int neighbour : new int[] {index - 1, index}) {
            if (neighbour >= 0 && neighbour < size() && !end(neighbour).isEmpty()) {
                return end(neighbour);
            }
        }
        return LINE_FEED;
    }
}
