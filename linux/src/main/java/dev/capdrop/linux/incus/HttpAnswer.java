package dev.capdrop.linux.incus;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An answer over HTTP/1.1, whole.
///
/// Source: RFC 9112.
final class HttpAnswer {
    private static final Pattern STATUS_LINE =
            Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})( .*)?");
    private static final Pattern CHUNK = Pattern.compile("([0-9a-fA-F]{1,7})[ \t]*(;.*)?");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");
    private static final String CUT = "its answer ends in the middle";
    private static final String NO_HTTP = "what answers does not speak HTTP";
    private static final int HEXADECIMAL = 16;

    /// An answer of Incus has seven.
    private static final int MOST_FIELDS = 100;

    private final int status;
    private final Map<String, String> fields;
    private final byte[] body;

    private HttpAnswer(int status, Map<String, String> fields, byte[] body) {
        this.status = status;
        this.fields = Map.copyOf(fields);
        this.body = body;
    }

    /// All that came until the other end hung up.
    ///
    /// @throws IOException one clause when that is no answer, or not all of it
    static HttpAnswer parse(byte[] all) throws IOException {
        Lines lines = new Lines(all);
        String first = lines.next();
        Matcher status = STATUS_LINE.matcher(first);
        if (!status.matches()) {
            throw new IOException(NO_HTTP);
        }
        Map<String, String> fields = new HashMap<>();
        for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
            int colon = line.indexOf(':');
            if (colon <= 0 || fields.size() >= MOST_FIELDS) {
                throw new IOException(NO_HTTP);
            }
            fields.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new HttpAnswer(Integer.parseInt(status.group(1)), fields, lines.body(fields));
    }

    int status() {
        return status;
    }

    Map<String, String> fields() {
        return fields;
    }

    byte[] body() {
        return body.clone();
    }

    private static final class Lines {
        private final byte[] all;
        private int at;

        Lines(byte[] all) {
            this.all = all;
        }

        String next() throws IOException {
            for (int end = at; end < all.length; end++) {
                if (all[end] == '\n') {
                    String line = new String(all, at, end - at, StandardCharsets.ISO_8859_1);
                    at = end + 1;
                    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
                }
            }
            throw new IOException(CUT);
        }

        byte[] body(Map<String, String> fields) throws IOException {
            if ("chunked".equalsIgnoreCase(fields.get("transfer-encoding"))) {
                return chunks();
            }
            String length = fields.get("content-length");
            if (length == null) {
                throw new IOException(CUT);
            }
            if (!LENGTH.matcher(length).matches()) {
                throw new IOException(NO_HTTP);
            }
            return take(Integer.parseInt(length));
        }

        private byte[] chunks() throws IOException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            while (true) {
                Matcher size = CHUNK.matcher(next());
                if (!size.matches()) {
                    throw new IOException(NO_HTTP);
                }
                int length = Integer.parseInt(size.group(1), HEXADECIMAL);
                body.writeBytes(take(length));
                if (length == 0) {
                    return body.toByteArray();
                }
                next();
            }
        }

        private byte[] take(int length) throws IOException {
            if (length > all.length - at) {
                throw new IOException(CUT);
            }
            at += length;
            return Arrays.copyOfRange(all, at - length, at);
        }
    }
}
