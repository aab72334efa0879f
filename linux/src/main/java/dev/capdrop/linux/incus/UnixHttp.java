package dev.capdrop.linux.incus;

import dev.capdrop.linux.time.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// One request over HTTP on a unix socket, and its answer, within a time and a size that nobody at
/// the other end can exceed.
///
/// @param largest how much of an answer is taken, bytes
record UnixHttp(Path socket, Deadline deadline, int largest) {
    private static final int PIECE = 64 << 10;
    private static final long NANOS_IN_A_MILLI = 1_000_000;

    /// Sends a request and takes its whole answer.
    ///
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

    /// Sends bytes. Who answers before the body is read, as incusd does where an ETag is no longer
    /// right, hangs up at once; what was answered is there all the same.
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

    /// All that comes until the other end hangs up, which it was asked to do.
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

    /// @param answered whether something came already; then the kernel's ECONNRESET, which stands
    ///   for what the other end left unread, is the end of it as any other
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
}
