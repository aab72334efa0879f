package dev.capdrop.linux.perf;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.linux.perf.Arrivals.Event;
import dev.capdrop.linux.perf.Arrivals.Kind;
import dev.capdrop.linux.perf.Ring.RingListener;
import module java.base;

/// Reads the ring of a recording: a page of counters, and the records (perf_event_open(2), "MMAP
/// layout"). The kernel's counter is read before the records that it covers, ours is written when
/// they have been read.
///
/// The kernel writes a record of losses as soon as there is room again, but not before the next
/// event. So the ring is looked at each time that room is given back: as nobody else gives any, it
/// must have been full by then if anything was lost.
final class RingReader {
    static final int HEAD = 1024;
    static final int TAIL = 1032;
    static final int RECORD_LOST = 2;
    static final int RECORD_COMM = 3;
    static final int RECORD_EXIT = 4;
    static final int RECORD_THROTTLE = 5;
    static final int RECORD_FORK = 7;
    static final int RECORD_SAMPLE = 9;
    static final int RECORD_CGROUP = 19;

    /// The flag of a RECORD_COMM that is an execve(2), and not only another name.
    static final int MISC_COMM_EXEC = 1 << 13;

    private static final int MISC = 4;
    private static final int SIZE = 6;
    private static final int HEADER = 8;
    private static final int LARGEST = 1 << 16;

    /// The room that fits any record: the largest one holds a path (PATH_MAX).
    private static final int MARGIN = 1 << 13;

    /// The number of parts in which room is given back, so that not all must be read first.
    private static final int PARTS = 8;

    private static final VarHandle COUNTER =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ByteBuffer counters;
    private final ByteBuffer records;
    private final CheckFormat format;
    private final boolean counted;
    private boolean full;

    /// A record in one piece, though it may lie around the ring's end.
    private final ByteBuffer whole = ByteBuffer.allocate(LARGEST).order(ByteOrder.nativeOrder());

    /// @param counters direct memory
    /// @param records as long as a power of two
    /// @param counted whether the kernel counts losses elsewhere, not by records
    RingReader(ByteBuffer counters, ByteBuffer records, CheckFormat format, boolean counted) {
        this.counters = counters;
        this.records = records;
        this.format = format;
        this.counted = counted;
    }

    boolean drain(RingListener listener) {
        long head = (long) COUNTER.getAcquire(counters, HEAD);
        long tail = (long) COUNTER.get(counters, TAIL);
        if (head == tail) {
            return false;
        }
        for (long at = tail; at < head; ) {
            int start = (int) (at % records.capacity());
            // a header has eight bytes and begins at a multiple of eight, so it is never divided
            int size = Short.toUnsignedInt(records.getShort(start + SIZE));
            if (start + size <= records.capacity()) {
                take(records, start, size, listener);
            } else {
                take(joined(start, size), 0, size, listener);
            }
            at += size;
            if (at - tail >= records.capacity() / PARTS) {
                giveBack(tail, at);
                tail = at;
            }
        }
        giveBack(tail, head);
        return true;
    }

    private void giveBack(long tail, long read) {
        COUNTER.setRelease(counters, TAIL, read);
        VarHandle.fullFence();
        long head = (long) COUNTER.getAcquire(counters, HEAD);
        int margin = Math.min(MARGIN, records.capacity() / 4);
        full |= head - tail > records.capacity() - margin;
    }

    /// Whether there was, at some time, no room or nearly none for a record.
    boolean wasFull() {
        return full;
    }

    private ByteBuffer joined(int start, int size) {
        int first = records.capacity() - start;
        whole.put(0, records, start, first);
        whole.put(first, records, 0, size - first);
        return whole;
    }

    private void take(ByteBuffer bytes, int at, int size, RingListener listener) {
        switch (bytes.getInt(at)) {
            case RECORD_SAMPLE -> sample(bytes, at, listener);
            case RECORD_LOST -> {
                if (!counted) {
                    listener.lost(bytes.getLong(at + HEADER + 8));
                }
            }
            case RECORD_THROTTLE -> listener.lost(1);
            case RECORD_COMM -> {
                if ((bytes.getShort(at + MISC) & MISC_COMM_EXEC) != 0) {
                    int pid = bytes.getInt(at + HEADER);
                    long nanos = bytes.getLong(at + size - Long.BYTES);
                    listener.event(new Event(nanos, pid, pid, Kind.EXECUTED));
                }
            }
            case RECORD_FORK, RECORD_EXIT -> task(bytes, at, listener);
            case RECORD_CGROUP ->
                    listener.cgroup(
                            bytes.getLong(at + HEADER), text(bytes, at + HEADER + 8, at + size));
            default -> {
                // a record that was not asked for says nothing of checks
            }
        }
    }

    private static void task(ByteBuffer bytes, int at, RingListener listener) {
        int pid = bytes.getInt(at + HEADER);
        int parent = bytes.getInt(at + HEADER + 4);
        boolean first = bytes.getInt(at + HEADER + 8) == pid;
        long nanos = bytes.getLong(at + HEADER + 16);
        if (bytes.getInt(at) == RECORD_FORK && pid != parent) {
            listener.event(new Event(nanos, pid, parent, Kind.FORKED));
        } else if (bytes.getInt(at) == RECORD_EXIT && first) {
            listener.event(new Event(nanos, pid, pid, Kind.ENDED));
        }
    }

    private void sample(ByteBuffer bytes, int at, RingListener listener) {
        int size = bytes.getInt(at + HEADER + 16);
        int raw = at + HEADER + 20;
        long cgroup = bytes.getLong(raw + size);
        long nanos = bytes.getLong(at + HEADER + 8);
        CapabilityCheck check = format.check(bytes, raw, cgroup, nanos, bytes.getInt(at + HEADER));
        // one that does not tell its result counts as lost
        if (check == null) {
            listener.lost(1);
        } else {
            listener.check(check);
        }
    }

    private static String text(ByteBuffer bytes, int from, int to) {
        int end = from;
        while (end < to && bytes.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - from];
        bytes.get(from, text);
        return new String(text, UTF_8);
    }
}
