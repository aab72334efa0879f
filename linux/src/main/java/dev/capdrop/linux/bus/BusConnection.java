package dev.capdrop.linux.bus;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.capdrop.capability.IdMap;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.FileStatus;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A connection to the system bus of a container.
///
/// Source: D-Bus specification, "Authentication Protocol" and "Message Protocol".
public final class BusConnection implements AutoCloseable {
    static final String SOCKET = "/run/dbus/system_bus_socket";

    /// dbus-daemon keeps 128 calls of one connection at most (dbus-daemon(1),
    /// `max_replies_per_connection`).
    private static final int WINDOW = 96;

    /// The services that serve the bus: in Debian, as an alternative there, and in Fedora.
    private static final List<String> SERVICES =
            List.of("dbus.service", "dbus-broker.service", "dbus-daemon.service");

    private static final int MAX_LINE = 1024;
    private static final long OVERFLOW_UID = 65534;

    private final BusSocket socket;
    private final BusLimits limits;
    private final MessageCodec codec;
    private final Outgoing out = new Outgoing();

    private BusConnection(BusSocket socket, BusLimits limits) {
        this.socket = socket;
        this.limits = limits;
        this.codec = new MessageCodec(new ValueAllowance(limits.values()));
    }

    /// Whether a process belongs to the container.
    @FunctionalInterface
    interface Membership {
        boolean owns(int pid) throws IOException;
    }

    /// Connects where the bus runs, makes sure that the other end is a process of the container,
    /// and only then speaks. Where the bus does not run systemd may hold its socket, and would
    /// start it for whoever connects.
    ///
    /// @param root the container's root
    /// @param init its PID 1, whose user namespace decides who we are to the bus
    /// @throws SystemdBus.AbsentException when there is no bus, or it does not run
    /// @throws IOException when it is not the container's, or does not answer
    public static BusConnection open(SafeRoot root, ContainerInit init, Deadline deadline)
            throws IOException {
        requireRunning(init);
        return open(root, init::owns, init.uidMap(), deadline, BusLimits.DEFAULT);
    }

    /// The same as the container's own root, who may change things: the host's root is nobody in a
    /// user namespace.
    public static BusConnection openAsItsRoot(SafeRoot root, ContainerInit init, Deadline deadline)
            throws IOException {
        requireRunning(init);
        long outside = init.uidMap().outside(0).orElse(0);
        return open(root, init::owns, 0, outside, deadline, BusLimits.DEFAULT);
    }

    private static void requireRunning(ContainerInit init) throws IOException {
        if (!init.runs(SERVICES)) {
            throw new SystemdBus.AbsentException("D-Bus does not run", null);
        }
    }

    /// Connects to whatever listens.
    ///
    /// @param members who belongs to the container; the socket may be a bind mount of the host's
    static BusConnection open(
            SafeRoot root, Membership members, IdMap uidMap, Deadline deadline, BusLimits limits)
            throws IOException {
        return open(root, members, uidMap.inside(0).orElse(OVERFLOW_UID), 0, deadline, limits);
    }

    private static BusConnection open(
            SafeRoot root,
            Membership members,
            long inside,
            long outside,
            Deadline deadline,
            BusLimits limits)
            throws IOException {
        try (Descriptor file = openSocket(root)) {
            BusSocket socket = BusSocket.connect(file, outside, deadline, limits.total());
            try {
                requireMember(socket.peer(), members);
                BusConnection connection = new BusConnection(socket, limits);
                connection.authenticate(inside);
                connection.hello();
                return connection;
            } catch (IOException | RuntimeException e) {
                socket.close();
                throw e;
            }
        }
    }

    private static Descriptor openSocket(SafeRoot root) throws IOException {
        Descriptor file;
        try {
            file = root.openPath(SOCKET, 0);
        } catch (ErrnoException e) {
            throw switch (e.errno()) {
                case ENOENT, ENOTDIR ->
                        new SystemdBus.AbsentException("no D-Bus: '" + SOCKET + "' is missing", e);
                case EXDEV ->
                        new IOException(
                                "'" + SOCKET + "' leads to another mount; it was not touched", e);
                default -> e;
            };
        }
        FileStatus status = Libc.fstat(file);
        if (!status.socket()) {
            file.close();
            throw new SystemdBus.AbsentException(
                    "no D-Bus: '" + SOCKET + "' is not a socket", null);
        }
        return file;
    }

    private static void requireMember(Libc.PeerCredentials peer, Membership members)
            throws IOException {
        if (!members.owns(peer.pid())) {
            throw new IOException(
                    "'%s' belongs to process %s, which is not in the container; nothing was sent to it"
                            .formatted(SOCKET, peer.pid()));
        }
    }

    private void authenticate(long uid) throws IOException {
        String hex = HexFormat.of().formatHex(Long.toString(uid).getBytes(US_ASCII));
        send("\0AUTH EXTERNAL " + hex + "\r\n");
        String answer = line();
        if (answer.startsWith("REJECTED")) {
            send("AUTH EXTERNAL\r\n");
            answer = line();
            if (answer.startsWith("DATA")) {
                send("DATA\r\n");
                answer = line();
            }
        }
        if (!answer.startsWith("OK ")) {
            throw new IOException("D-Bus refused the host's root");
        }
        send("BEGIN\r\n");
    }

    private void send(String line) {
        out.add(line.getBytes(US_ASCII), line.length());
    }

    private String line() throws IOException {
        int length = 0;
        while (true) {
            while (length < socket.available()) {
                if (socket.peek(length++) == '\n') {
                    return new String(socket.take(length), US_ASCII).strip();
                }
            }
            if (length > MAX_LINE) {
                throw new IOException("D-Bus sent a line of more than " + MAX_LINE + " bytes");
            }
            socket.exchange(out);
        }
    }

    private void hello() throws IOException {
        BusCall hello = BusCall.ofBus("Hello", "s");
        if (call(List.of(hello)).getFirst() == null) {
            throw new IOException("D-Bus refused Hello");
        }
    }

    /// Makes the calls, many under way at once.
    ///
    /// @return the values in the order of the calls; null where the answer was an error
    List<@Nullable Object> call(List<BusCall> calls) throws IOException {
        List<@Nullable Object> values = new ArrayList<>(calls.size());
        Map<Long, Integer> pending = new HashMap<>();
        while (values.size() < calls.size() || !pending.isEmpty()) {
            while (pending.size() < WINDOW && values.size() < calls.size()) {
                pending.put(codec.encode(calls.get(values.size()), out), values.size());
                values.add(null);
            }
            accept(nextMessage(), calls, pending, values);
        }
        return values;
    }

    private void accept(
            byte[] message,
            List<BusCall> calls,
            Map<Long, Integer> pending,
            List<@Nullable Object> values)
            throws IOException {
        WireHeader header = WireHeader.parse(message);
        boolean answer =
                header.type() == WireHeader.METHOD_RETURN || header.type() == WireHeader.ERROR;
        Integer index = answer ? pending.remove(header.replySerial()) : null;
        if (index != null && header.type() == WireHeader.METHOD_RETURN) {
            values.set(index, codec.decode(calls.get(index), header, message));
        }
    }

    private byte[] nextMessage() throws IOException {
        while (!socket.has(WireHeader.FIXED)) {
            socket.exchange(out);
        }
        byte[] fixed = new byte[WireHeader.FIXED];
        for (int i = 0; i < fixed.length; i++) {
            fixed[i] = socket.peek(i);
        }
        long length = WireHeader.length(fixed);
        if (length > limits.message() || length < WireHeader.FIXED) {
            throw new IOException("D-Bus sent a message of " + length + " bytes");
        }
        while (!socket.has((int) length)) {
            socket.exchange(out);
        }
        return socket.take((int) length);
    }

    BusLimits limits() {
        return limits;
    }

    @Override
    public void close() {
        socket.close();
    }
}
