package dev.capdrop.cli.scan;

import module java.base;

import org.jspecify.annotations.Nullable;

/// Lines from a stream, none longer than a limit: who feeds it may never send a line feed.
final class LineInput implements Closeable {
    private static final int LONGEST = 8192;

    private final BufferedReader in;
    private final String where;
    private int number;

    LineInput(String where, InputStream in) {
        this.where = where;
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    /// Returns the next line without its line feed; null at the end.
    @Nullable String next() throws IOException {
        StringBuilder line = new StringBuilder();
        number++;
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                return line.toString();
            }
            if (line.length() == LONGEST) {
                throw new IOException(
                        "%s, line %s: it is longer than %s characters"
                                .formatted(where, number, LONGEST));
            }
            line.append((char) c);
        }
        return line.isEmpty() ? null : line.toString();
    }

    int number() {
        return number;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
