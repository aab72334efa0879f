package dev.capdrop.core.document;

import module java.base;

/// A text file as its lines with their ends, so that format(parse(x)) is x. It is a string of
/// bytes, so that any encoding survives; edits leave every other line byte-equal and keep the
/// file's line ends, and whether the last line has one.
public record LineDocument(List<String> lines) {
    private static final String LINE_FEED = "\n";

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

    /// Returns a copy with a new line before the one at `index`, or at the end, which ends as its
    /// neighbour does; a last line without an end stays so.
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
