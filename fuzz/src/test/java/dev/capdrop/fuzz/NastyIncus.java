package dev.capdrop.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// What listens at Incus' socket and answers anything. It knows what Incus 6.0.4 answered in its
/// place, byte for byte.
public final class NastyIncus implements AutoCloseable {
    private static final int MOST_REQUEST = 1 << 20;

    /// The operation of the recorded answer `exec`.
    private static final String EXECUTION = "dd003ba9-8086-4edd-a4c2-f2c728bb4389";

    private final ServerSocketChannel listening;
    private final Path socket;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, byte[]> recorded = new HashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile Answering answering = (request, good, to) -> to.write(good);

    /// A request, and what was answered.
    ///
    /// @param method such as `GET`
    /// @param target with its query
    /// @param whole all of it, a string of bytes
    /// @param answer what was answered, a string of bytes; empty where that is not known
    public record Asked(String method, String target, String whole, String answer) {
        /// What stands behind the head.
        public String body() {
            return whole.substring(whole.indexOf("\r\n\r\n") + 4);
        }

        /// A field of the head; empty where there is none.
        public String field(String name) {
            for (String line : whole.split("\r\n", -1)) {
                if (line.startsWith(name + ": ")) {
                    return line.substring(name.length() + 2);
                }
            }
            return "";
        }
    }

    /// Answers a request.
    @FunctionalInterface
    public interface Answering {
        /// Writes what it likes.
        ///
        /// @param good what Incus answered
        void answer(Asked request, byte[] good, OutputStream to) throws IOException;
    }

    /// Begins to listen.
    ///
    /// @param folder in which the socket is, made where it is not there
    public NastyIncus(Path folder) throws IOException {
        Files.createDirectories(folder);
        socket = folder.resolve("unix.socket");
        Files.deleteIfExists(socket);
        listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket), 256);
        var _ = Thread.ofPlatform().daemon().start(this::serve);
    }

    /// From now on it answers so.
    public void answers(Answering next) {
        answering = next;
    }

    /// All requests since this was asked last.
    public List<Asked> taken() {
        List<Asked> all = List.copyOf(asked);
        asked.clear();
        return all;
    }

    /// How many requests were answered since then.
    public int count() {
        return asked.size();
    }

    /// What Incus answered to this.
    public byte[] recorded(String name) {
        return recorded.computeIfAbsent(
                name,
                _ -> {
                    String file = "incus/" + name + ".http";
                    try (InputStream in = NastyIncus.class.getResourceAsStream(file)) {
                        return Objects.requireNonNull(in, file).readAllBytes();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    /// Which of the recorded answers is that to a request.
    public static String fitting(String method, String target) {
        String path = target.replaceAll("[?].*", "");
        if (!method.equals("GET")) {
            return switch (method) {
                case "PATCH" -> path.startsWith("/1.0/profiles/") ? "patch-profile" : "patch";
                case "POST" -> path.endsWith("/exec") ? "exec" : "start";
                default -> "start";
            };
        }
        if (path.equals("/1.0")) {
            return "about";
        }
        if (path.endsWith("/wait")) {
            return path.contains(EXECUTION) ? "exec-wait" : "wait";
        }
        return switch (path.replaceAll("^/1[.]0/", "").replaceAll("/[^/]+", "/*")) {
            case "instances" -> "instances";
            case "instances/*" ->
                    path.endsWith("/db") ? "db" : path.endsWith("/web") ? "web" : "missing";
            case "instances/*/*" -> path.endsWith("/state") ? "state" : "snapshots";
            case "operations" -> "operations";
            case "profiles" -> "profiles";
            case "profiles/*" -> "profile";
            case "projects" -> "projects";
            case "storage-pools/*" -> "pool";
            case "storage-pools/*/*" -> "resources";
            default -> "missing";
        };
    }

    private void serve() {
        while (listening.isOpen()) {
            try {
                SocketChannel one = listening.accept();
                var _ = threads.submit(() -> answer(one));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(SocketChannel one) {
        try (one) {
            String whole = request(Channels.newInputStream(one));
            String[] first = whole.split(" ", 3);
            byte[] good = recorded(fitting(first[0], first[1]));
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            Asked request = new Asked(first[0], first[1], whole, "");
            OutputStream to = Channels.newOutputStream(one);
            try {
                answering.answer(
                        request,
                        good,
                        new OutputStream() {
                            @Override
                            public void write(int b) throws IOException {
                                write(new byte[] {(byte) b}, 0, 1);
                            }

                            @Override
                            public void write(byte[] b, int off, int len) throws IOException {
                                if (said.size() < MOST_REQUEST) {
                                    said.write(b, off, len);
                                }
                                to.write(b, off, len);
                            }
                        });
            } finally {
                asked.add(new Asked(first[0], first[1], whole, said.toString(ISO_8859_1)));
            }
        } catch (IOException hungUp) {
            // whoever asked has given up
        }
    }

    private static String request(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] piece = new byte[1 << 16];
        while (true) {
            String text = all.toString(ISO_8859_1);
            int head = text.indexOf("\r\n\r\n");
            if (head >= 0) {
                String length = text.replaceAll("(?s).*?Content-Length: ([0-9]+).*", "$1");
                if (all.size() >= head + 4 + Integer.parseInt(length)) {
                    return text;
                }
            }
            int next = in.read(piece);
            if (next < 0) {
                throw new IOException("hung up");
            }
            all.write(piece, 0, next);
        }
    }

    /// An answer with this document, as Incus sends one.
    public static byte[] answer(int status, String tag, String document) {
        byte[] body = document.getBytes(UTF_8);
        byte[] head =
                "HTTP/1.1 %d X\r\nEtag: \"%s\"\r\nContent-Length: %d\r\n\r\n"
                        .formatted(status, tag, body.length)
                        .getBytes(US_ASCII);
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdownNow();
        Files.deleteIfExists(socket);
    }
}
