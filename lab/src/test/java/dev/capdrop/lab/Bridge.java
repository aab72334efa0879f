package dev.capdrop.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/// A network of the host's own, on which somebody takes what is said to him.
final class Bridge implements AutoCloseable {
    /// At most 15 bytes.
    static final String NAME = "capdroplab0";

    private static final String HOST = "198.51.100.1";
    private static final String COPY = "198.51.100.2";

    private final ServerSocket listener;
    private final AtomicInteger answered = new AtomicInteger();

    Bridge() throws IOException {
        Command.of("ip", "link", "del", NAME).run();
        Command.of("ip", "link", "add", NAME, "type", "bridge").runOrFail();
        Command.of("ip", "addr", "add", HOST + "/30", "dev", NAME).runOrFail();
        Command.of("ip", "link", "set", NAME, "up").runOrFail();
        listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.getByName(HOST), 0));
        Thread.ofPlatform().daemon().name("answers").start(this::answer);
    }

    private void answer() {
        while (!listener.isClosed()) {
            try (Socket _ = listener.accept()) {
                answered.incrementAndGet();
            } catch (IOException closed) {
                return;
            }
        }
    }

    /// How often somebody has reached it.
    int answered() {
        return answered.get();
    }

    /// A command that succeeds in whoever reaches it, by an address that he gives himself.
    String probe() {
        return ("ip addr replace %s/30 dev eth0 && ip link set eth0 up &&"
                        + " perl -MIO::Socket::INET -e"
                        + " 'exit !IO::Socket::INET->new(PeerAddr => \"%s:%d\", Timeout => 5)'")
                .formatted(COPY, HOST, listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        listener.close();
        Command.of("ip", "link", "del", NAME).runOrFail();
    }
}
