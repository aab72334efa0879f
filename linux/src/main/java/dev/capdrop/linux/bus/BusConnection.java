package dev.capdrop.linux.bus;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.IdMap;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A connection to a container's systemd, or to its system bus.
///
/// Source: D-Bus specification, "Authentication Protocol" and "Message Protocol"; systemd's
/// `bus_init_private` and `bus_on_connection`, and `bus_socket_auth_verify_server` of sd-bus.
final class BusConnection implements AutoCloseable {
    static final String SOCKET = "/run/dbus/system_bus_socket";

    /// Systemd's own: with it the container's systemctl asks, too.
    static final String PRIVATE = "/run/systemd/private";

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

    @FunctionalInterface
    interface Membership {
        boolean owns(int pid) throws IOException;
    }

    /// Connects to systemd itself, and where this process may not, over D-Bus.
    ///
    /// For systemd only those exist who have a number in its PID namespace: a process of ours is
    /// there for a moment. Where the container's root may trace the host's, he could take hold of
    /// it; so D-Bus comes first there, as long as it runs.
    ///
    /// @throws SystemdBus.GoneException when neither is there
    static BusConnection toSystemd(SafeRoot root, ContainerInit init, Deadline deadline)
            throws IOException {
        boolean busFirst =
                !init.facts().unprivileged()
                        && init.facts().bounding().contains(Capability.of("sys_ptrace"));
        IOException absent = null;
        IOException refused = null;
        for (boolean bus : new boolean[] {busFirst, !busFirst}) {
            try {
                return bus ? open(root, init, deadline) : openPrivate(root, init, deadline);
            } catch (SystemdBus.SilentException | ContainerInit.GoneException ended) {
                throw ended;
            } catch (IOException failed) {
                if (bus && !(failed instanceof SystemdBus.AbsentException)) {
                    throw failed;
                }
                absent = bus ? failed : absent;
                refused = bus ? refused : failed;
            }
        }
        throw neither(Objects.requireNonNull(absent), Objects.requireNonNull(refused));
    }

    private static IOException neither(IOException absent, IOException refused) {
        if (refused instanceof SystemdBus.AbsentException) {
            return new SystemdBus.GoneException(
                    absent.getMessage() + ", and " + refused.getMessage());
        }
        boolean confined =
                refused instanceof ErrnoException e && e.errno() == ErrnoException.Errno.EPERM;
        return new IOException(
                confined
                        ? absent.getMessage()
                                + ", and a process with as few capabilities as this one may not"
                                + " ask systemd itself; a shell of root's may"
                        : absent.getMessage() + "; on its own socket: " + refused.getMessage(),
                refused);
    }

    /// Connects to systemd as the container's own root: it lets no other in.
    private static BusConnection openPrivate(SafeRoot root, ContainerInit init, Deadline deadline)
            throws IOException {
        long user = init.uidMap().outside(0).orElse(0);
        try (Descriptor namespace = init.pidNamespace()) {
            return openPrivate(
                    root,
                    (socket, path) -> Libc.connectFrom(namespace, user, socket, path),
                    init.facts().pid(),
                    deadline,
                    BusLimits.DEFAULT);
        }
    }

    /// @param init the number of the one process that may listen
    static BusConnection openPrivate(
            SafeRoot root, BusSocket.Way way, int init, Deadline deadline, BusLimits limits)
            throws IOException {
        try (Descriptor file = openSocket(root, PRIVATE, "systemd has no socket")) {
            return connected(
                    BusSocket.connect(way, file, "systemd", deadline, limits.total()),
                    limits,
                    connection -> {
                        connection.requireMember(PRIVATE, "its PID 1", pid -> pid == init);
                        connection.beginAsRoot();
                    });
        }
    }

    private static BusConnection connected(
            BusSocket socket, BusLimits limits, Errand.With<BusConnection> greeting)
            throws IOException {
        try {
            BusConnection connection = new BusConnection(socket, limits);
            greeting.take(connection);
            return connection;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /// Connects where the bus runs, makes sure that the other end is a process of the container,
    /// and only then speaks. Where the bus does not run systemd may hold its socket, and would
    /// start it for whoever connects.
    ///
    /// @param init its PID 1, whose user namespace decides who we are to the bus
    /// @throws SystemdBus.AbsentException when there is no bus, or it does not run
    /// @throws IOException when it is not the container's, or does not answer
    static BusConnection open(SafeRoot root, ContainerInit init, Deadline deadline)
            throws IOException {
        if (!init.runs(SERVICES)) {
            throw new SystemdBus.AbsentException("D-Bus does not run", null);
        }
        return open(root, init::owns, init.uidMap(), deadline, BusLimits.DEFAULT);
    }

    /// @param members who belongs to the container; the socket may be a bind mount of the host's
    static BusConnection open(
            SafeRoot root, Membership members, IdMap uidMap, Deadline deadline, BusLimits limits)
            throws IOException {
        try (Descriptor file = openSocket(root, SOCKET, "no D-Bus")) {
            return connected(
                    BusSocket.connect(Libc::connect, file, "D-Bus", deadline, limits.total()),
                    limits,
                    connection -> {
                        connection.requireMember(SOCKET, "in the container", members);
                        connection.authenticate(uidMap.inside(0).orElse(OVERFLOW_UID));
                        connection.hello();
                    });
        }
    }

    private static Descriptor openSocket(SafeRoot root, String path, String lack)
            throws IOException {
        Descriptor file;
        try {
            file = root.openPath(path, 0);
        } catch (ErrnoException e) {
            throw switch (e.errno()) {
                case ENOENT, ENOTDIR ->
                        new SystemdBus.AbsentException(lack + ": '" + path + "' is missing", e);
                case EXDEV ->
                        new IOException(
                                "'" + path + "' leads to another mount; it was not touched", e);
                default -> e;
            };
        }
        Libc.FileStatus status = Libc.fstat(file);
        if (!status.socket()) {
            file.close();
            throw new SystemdBus.AbsentException(lack + ": '" + path + "' is not a socket", null);
        }
        return file;
    }

    private void requireMember(String path, String what, Membership members) throws IOException {
        int pid = socket.peer();
        if (!members.owns(pid)) {
            throw new IOException(
                    "'%s' belongs to process %s, which is not %s; nothing was sent to it"
                            .formatted(path, pid, what));
        }
    }

    /// Sends all that there is to say at once, as systemctl does: what would follow in one piece
    /// with "BEGIN" alone, systemd reads and does not answer.
    private void beginAsRoot() throws IOException {
        send("\0AUTH EXTERNAL 30\r\nBEGIN\r\n");
        if (!line().startsWith("OK ")) {
            throw new SystemdBus.AbsentException("systemd refused the container's root", null);
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
                if (socket.peek(length++, 1)[0] == '\n') {
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

    /// Makes the calls, many under way at once; returns the values in their order, null where the
    /// answer was an error.
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
        long length = WireHeader.length(socket.peek(0, WireHeader.FIXED));
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
