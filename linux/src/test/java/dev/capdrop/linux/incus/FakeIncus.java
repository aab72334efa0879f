package dev.capdrop.linux.incus;

import dev.capdrop.core.runtime.IncusDaemon;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Something at the other end of Incus' socket that answers as it is told.
public final class FakeIncus implements AutoCloseable {
    private final ServerSocketChannel listening;
    private final Path folder;
    private final Handler handler;
    private final Thread server;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile boolean hasty;

    /// What is done with a request.
    @FunctionalInterface
    public interface Handler {
        /// Answers a request, or does not.
        ///
        /// @param request its first line
        /// @param whole with its fields and its body
        void answer(String request, String whole, OutputStream to) throws IOException;
    }

    /// Begins to listen.
    ///
    /// @param folder where the socket is
    public FakeIncus(Path folder, Handler handler) throws IOException {
        this.folder = folder;
        this.handler = handler;
        listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(folder.resolve("unix.socket")));
        server = Thread.ofPlatform().daemon().start(this::serve);
    }

    /// What asks it.
    public IncusServer server(Duration patience) throws IOException {
        int owner = (int) Files.getAttribute(folder.resolve("unix.socket"), "unix:uid");
        return new IncusServer(IncusDaemon.INCUS, folder.toString(), patience, owner);
    }

    /// The first lines of all requests.
    public List<String> asked() {
        return List.copyOf(asked);
    }

    /// A whole answer with this document.
    public static void reply(OutputStream to, int status, String tag, String document)
            throws IOException {
        byte[] body = document.getBytes(StandardCharsets.UTF_8);
        String head =
                "HTTP/1.1 %d X\r\nEtag: \"%s\"\r\nContent-Length: %d\r\n\r\n"
                        .formatted(status, tag, body.length);
        to.write(head.getBytes(StandardCharsets.US_ASCII));
        to.write(body);
    }

    /// A good answer with this metadata.
    public static void good(OutputStream to, String tag, String metadata) throws IOException {
        reply(
                to,
                200,
                tag,
                "{\"type\":\"sync\",\"status_code\":200,\"metadata\":" + metadata + "}");
    }

    private void serve() {
        while (listening.isOpen()) {
            try (SocketChannel one = listening.accept()) {
                String whole = request(Channels.newInputStream(one));
                String first = whole.lines().findFirst().orElse("");
                asked.add(first);
                handler.answer(first, whole, Channels.newOutputStream(one));
            } catch (IOException hungUp) {
                // whoever asked has given up
            }
        }
    }

    /// From now on it answers before it has read a request's body, and hangs up.
    public void hastily() {
        hasty = true;
    }

    private String request(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            String text = all.toString(StandardCharsets.UTF_8);
            int head = text.indexOf("\r\n\r\n");
            if (head >= 0 && hasty) {
                return text;
            }
            if (head >= 0) {
                String length = text.replaceAll("(?s).*Content-Length: ([0-9]+).*", "$1");
                if (all.size() >= head + 4 + Integer.parseInt(length)) {
                    return text;
                }
            }
            int next = in.read();
            if (next < 0) {
                return text;
            }
            all.write(next);
        }
    }

    /// Until nobody accepts any more the kernel lets others connect. A handler that hangs is left
    /// behind.
    @Override
    public void close() throws IOException {
        listening.close();
        try {
            server.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
