package dev.capdrop.linux.bus;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.ErrnoException.Errno;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.time.Deadline;
import module java.base;

/// A stream to an adversary that ends at its deadline, however slowly bytes drip in, and at its
/// limit of bytes.
final class BusSocket implements AutoCloseable {
    private static final int CHUNK = 65536;
    private final Descriptor socket;
    private final String peer;
    private final Deadline deadline;
    private final long limit;
    private byte[] buffer = new byte[CHUNK];
    private int start;
    private int end;
    private long received;

    private BusSocket(Descriptor socket, String peer, Deadline deadline, long limit) {
        this.socket = socket;
        this.peer = peer;
        this.deadline = deadline;
        this.limit = limit;
    }

    @FunctionalInterface
    interface Way {
        void connect(Descriptor socket, String path) throws ErrnoException;
    }

    /// Connects to a socket file that is already open with O_PATH: the path by which it was found
    /// is not walked a second time.
    static BusSocket connect(Way way, Descriptor file, String peer, Deadline deadline, long limit)
            throws IOException {
        Descriptor socket = Libc.unixSocket();
        try {
            way.connect(socket, file.path());
            return new BusSocket(socket, peer, deadline, limit);
        } catch (ErrnoException e) {
            socket.close();
            throw e.errno() == Errno.EAGAIN
                    ? new IOException(peer + " takes no connection: its queue is full", e)
                    : e.errno() == Errno.ECONNREFUSED
                            ? new SystemdBus.AbsentException(
                                    peer + " is dead: nothing listens on its socket", e)
                            : e;
        }
    }

    int peer() throws IOException {
        return Libc.peer(socket);
    }

    /// Whether a whole piece of `length` bytes has come already.
    boolean has(int length) {
        return end - start >= length;
    }

    int available() {
        return end - start;
    }

    byte[] peek(int index, int length) {
        return Arrays.copyOfRange(buffer, start + index, start + index + length);
    }

    byte[] take(int length) {
        byte[] piece = peek(0, length);
        start += length;
        return piece;
    }

    /// Waits until bytes have come, or for a while, and takes them in; sends what it can of `out`
    /// meanwhile.
    void exchange(Outgoing out) throws IOException {
        short events = out.isEmpty() ? Libc.POLLIN : (short) (Libc.POLLIN | Libc.POLLOUT);
        long wait = deadline.toWait();
        short ready = wait <= 0 ? 0 : Libc.poll(socket, events, wait);
        if (deadline.passed()) {
            throw new SystemdBus.SilentException(
                    peer + " did not answer within " + deadline.allowed());
        }
        if ((ready & Libc.POLLOUT) != 0 && !out.isEmpty()) {
            send(out);
        }
        if ((ready & ~Libc.POLLOUT) != 0) {
            receive();
        }
    }

    private void send(Outgoing out) throws IOException {
        try {
            out.sent(Libc.write(socket, out.bytes(), out.offset(), out.length()));
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EAGAIN) {
                throw broken(e);
            }
        }
    }

    private IOException broken(ErrnoException e) {
        return e.errno() == Errno.EPIPE || e.errno() == Errno.ECONNRESET
                ? new SystemdBus.AbsentException(peer + " closed the connection", e)
                : e;
    }

    private void receive() throws IOException {
        makeRoom();
        int count;
        try {
            count = Libc.read(socket, buffer, end, Math.min(buffer.length - end, CHUNK));
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EAGAIN) {
                return;
            }
            throw broken(e);
        }
        if (count == 0) {
            throw new SystemdBus.AbsentException(peer + " closed the connection", null);
        }
        end += count;
        received += count;
        if (received > limit) {
            throw new IOException(peer + " sent more than " + limit + " bytes");
        }
    }

    private void makeRoom() {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
