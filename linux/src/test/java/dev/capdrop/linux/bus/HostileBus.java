package dev.capdrop.linux.bus;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What a container can put at the place of its D-Bus: a server that follows a script. It writes
/// its messages byte by byte itself, so that they may be wrong.
final class HostileBus implements AutoCloseable {
    /// One connection's script.
    @FunctionalInterface
    interface Script {
        void play(HostileBus bus) throws IOException;
    }

    private final ServerSocketChannel server;
    private final AtomicLong received = new AtomicLong();
    private volatile @Nullable SocketChannel client;

    HostileBus(Path root, Script script) throws IOException {
        this(root, BusConnection.SOCKET, script);
    }

    /// @param path of the socket, inside the root
    HostileBus(Path root, String path, Script script) throws IOException {
        Path socket = root.resolve(path.substring(1));
        Files.createDirectories(root.resolve(path.substring(1)).getParent());
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon().start(() -> serve(script));
    }

    private void serve(Script script) {
        try {
            SocketChannel accepted = server.accept();
            client = accepted;
            script.play(this);
            while (accepted.read(ByteBuffer.allocate(4096)) >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException theClientLeft) {
            // The other end gives up: that is what the tests are about.
        }
    }

    long received() {
        return received.get();
    }

    private SocketChannel connection() throws IOException {
        SocketChannel accepted = client;
        if (accepted == null) {
            throw new IOException("nobody has connected");
        }
        return accepted;
    }

    void send(byte[] bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        while (out.hasRemaining()) {
            connection().write(out);
        }
    }

    void send(String text) throws IOException {
        send(text.getBytes(US_ASCII));
    }

    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.isEmpty() || line.charAt(line.length() - 1) != '\n') {
            line.append((char) take(1)[0]);
        }
        return line.toString();
    }

    byte[] take(int length) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(length);
        while (in.hasRemaining()) {
            int count = connection().read(in);
            if (count < 0) {
                throw new IOException("closed");
            }
            received.addAndGet(count);
        }
        return in.array();
    }

    void authenticate() throws IOException {
        line();
        send("OK 0123456789abcdef0123456789abcdef\r\n");
        line();
    }

    /// Takes one call in and returns its serial.
    int call() throws IOException {
        ByteBuffer fixed = ByteBuffer.wrap(take(16)).order(ByteOrder.LITTLE_ENDIAN);
        take((fixed.getInt(12) + 7) / 8 * 8 + fixed.getInt(4));
        return fixed.getInt(8);
    }

    void greet() throws IOException {
        authenticate();
        send(reply(call(), "s", text(":1.1")));
    }

    static byte[] text(String text) {
        ByteBuffer out = ByteBuffer.allocate(5 + text.length()).order(ByteOrder.LITTLE_ENDIAN);
        return out.putInt(text.length()).put(text.getBytes(US_ASCII)).array();
    }

    static byte[] variant(String signature, byte[] value) {
        int head = (2 + signature.length() + 1 + 3) / 4 * 4;
        ByteBuffer out = ByteBuffer.allocate(head + value.length);
        out.put((byte) signature.length()).put(signature.getBytes(US_ASCII));
        return out.position(head).put(value).array();
    }

    static byte[] reply(int serial, String signature, byte[] body) {
        ByteBuffer fields = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        fields.put((byte) 5).put((byte) 1).put((byte) 'u').put((byte) 0).putInt(serial);
        fields.put((byte) 8).put((byte) 1).put((byte) 'g').put((byte) 0);
        fields.put((byte) signature.length()).put(signature.getBytes(US_ASCII)).put((byte) 0);
        return message(fields.array(), fields.position(), body, body.length);
    }

    /// A message whose header may claim what it likes.
    static byte[] message(byte[] fields, int fieldsLength, byte[] body, int claimedBody) {
        int padded = (fieldsLength + 7) / 8 * 8;
        ByteBuffer out =
                ByteBuffer.allocate(16 + padded + body.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 'l').put((byte) 2).put((byte) 1).put((byte) 1);
        out.putInt(claimedBody).putInt(1).putInt(fieldsLength).put(fields, 0, fieldsLength);
        return out.position(16 + padded).put(body).array();
    }

    void hangUp() throws IOException {
        SocketChannel connection = client;
        if (connection != null) {
            connection.close();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        hangUp();
    }
}
