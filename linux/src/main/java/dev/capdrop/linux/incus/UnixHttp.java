package dev.capdrop.linux.incus;

import dev.capdrop.linux.time.Deadline;
import module java.base;

/// One request over HTTP on a unix socket, and its answer, within a time and a size that nobody at
/// the other end can exceed.
record UnixHttp(Path socket, Deadline deadline, int largest) {
    private static final int PIECE = 64 << 10;
    private static final long NANOS_IN_A_MILLI = 1_000_000;

    /// @param head its first line and its fields, without the last, empty line
    HttpAnswer ask(String head, byte[] body) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, 0);
            byte[] ascii = (head + "\r\n").getBytes(StandardCharsets.US_ASCII);
            send(channel, key, ByteBuffer.wrap(ascii));
            send(channel, key, ByteBuffer.wrap(body));
            return HttpAnswer.parse(received(channel, key));
        }
    }

    /// Sends bytes. Incusd hangs up at once where it answers before the body is read, as it does
    /// where an ETag is no longer right; what was answered is there all the same.
    private void send(SocketChannel channel, SelectionKey key, ByteBuffer bytes)
            throws IOException {
        while (bytes.hasRemaining()) {
            int sent;
            try {
                sent = channel.write(bytes);
            } catch (IOException hungUp) {
                return;
            }
            if (sent == 0) {
                await(key, SelectionKey.OP_WRITE);
            }
        }
    }

    private byte[] received(SocketChannel channel, SelectionKey key) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        while (true) {
            int read = read(channel, piece.clear(), all.size() > 0);
            if (read < 0) {
                return all.toByteArray();
            }
            if (read == 0) {
                await(key, SelectionKey.OP_READ);
            }
            all.write(piece.array(), 0, read);
            if (all.size() > largest) {
                throw new IOException("it answers with more than " + (largest >> 10) + " KiB");
            }
            if (deadline.passed()) {
                throw late();
            }
        }
    }

    /// Reads; once something was `answered`, ECONNRESET, for what was left unread, is the end.
    private static int read(SocketChannel channel, ByteBuffer piece, boolean answered)
            throws IOException {
        try {
            return channel.read(piece);
        } catch (IOException reset) {
            if (answered) {
                return -1;
            }
            throw reset;
        }
    }

    private void await(SelectionKey key, int what) throws IOException {
        key.interestOps(what);
        int ready = 0;
        while (ready == 0) {
            long millis = deadline.toWait() / NANOS_IN_A_MILLI;
            if (millis <= 0) {
                throw late();
            }
            ready = key.selector().select(millis);
        }
        key.selector().selectedKeys().clear();
    }

    private IOException late() {
        return new IOException("it has not answered within " + deadline.allowed());
    }

    /// An answer over HTTP/1.1 (RFC 9112), whole.
    static final class HttpAnswer {
        private static final Pattern STATUS_LINE =
                Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})( .*)?");
        private static final Pattern CHUNK = Pattern.compile("([0-9a-fA-F]{1,7})[ \t]*(;.*)?");
        private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");
        private static final String CUT = "its answer ends in the middle";
        private static final String NO_HTTP = "what answers does not speak HTTP";
        private static final int HEXADECIMAL = 16;
        private static final int MOST_FIELDS = 100;

        private final int status;
        private final Map<String, String> fields;
        private final byte[] body;

        private HttpAnswer(int status, Map<String, String> fields, byte[] body) {
            this.status = status;
            this.fields = Map.copyOf(fields);
            this.body = body;
        }

        /// Parses all that came until the other end hung up; throws one clause when that is no
        /// answer, or not all of it.
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
                String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
                fields.put(name, line.substring(colon + 1).strip());
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
}
