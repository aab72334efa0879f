package dev.capdrop.lab;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Connects to a socket of a container from outside, again and again, until it is closed.
final class Poker implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(150);

    private final Thread thread;
    private final AtomicLong connected = new AtomicLong();

    Poker(Path socket) {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
        thread = Thread.ofPlatform().daemon().name("poker").start(() -> poke(address));
    }

    private void poke(UnixDomainSocketAddress address) {
        while (!Thread.currentThread().isInterrupted()) {
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(address);
                connected.incrementAndGet();
            } catch (IOException notThere) {
                // while the container restarts nobody listens
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException closed) {
                return;
            }
        }
    }

    /// How often somebody has answered.
    long connected() {
        return connected.get();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
