package dev.capdrop.cli.scan;

import module java.base;

import org.jspecify.annotations.Nullable;

/// Lines, of which those that xxd(1), `hexdump -C` or `od -t x1` made of bytes come as one in hex.
final class DumpLines {
    /// A line of words of any length and a text behind two blanks; or of bytes and a text in bars.
    private static final Pattern LINE =
            Pattern.compile(
                    "([0-9a-f]{6,8})(?::((?: (?:[0-9a-fA-F]{2})+)+)(?:  .*)?|((?: {1,2}[0-9a-f]{2})+) *(?:[|>].*[|<])?)");

    /// The last line of hexdump(1) and od(1): how many bytes there were.
    private static final Pattern LENGTH = Pattern.compile("[0-9a-f]{6,8}");

    /// The width of the offsets that od(1) writes in octal, where it is not told another base.
    private static final int OCTAL_WIDTH = 7;

    /// No dump is put together of more digits; no attribute has as many.
    private static final int MOST_DIGITS = 4096;

    private final LineInput lines;
    private @Nullable String ahead;
    private int number;

    DumpLines(LineInput lines) {
        this.lines = lines;
    }

    /// Returns the next line, or all of a dump; null at the end.
    @Nullable String next() throws IOException {
        String line = ahead == null ? lines.next() : ahead;
        ahead = null;
        number = lines.number();
        String digits = line == null ? null : continued(line, 0);
        return digits == null ? line : whole(digits);
    }

    /// Returns the number of the line that [#next()] gave last, or of the first of a dump, from 1.
    int number() {
        return number;
    }

    private String whole(String first) throws IOException {
        StringBuilder digits = new StringBuilder();
        String more = first;
        while (more != null) {
            digits.append(more);
            ahead = lines.next();
            boolean full = digits.length() >= MOST_DIGITS;
            more = full || ahead == null ? null : continued(ahead, digits.length() / 2);
        }
        if (ahead != null
                && LENGTH.matcher(ahead).matches()
                && offset(ahead) == digits.length() / 2) {
            ahead = null;
        }
        return digits.toString();
    }

    /// Returns the digits of a line that goes on with a dump of so many bytes; null of another.
    private static @Nullable String continued(String line, int length) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches() || offset(matcher.group(1)) != length) {
            return null;
        }
        String bytes = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
        return bytes.replace(" ", "");
    }

    /// Returns an offset; -1 for digits that are not octal.
    private static long offset(String digits) {
        if (digits.length() != OCTAL_WIDTH) {
            return Long.parseLong(digits, 16);
        }
        return digits.matches("[0-7]+") ? Long.parseLong(digits, 8) : -1;
    }
}
