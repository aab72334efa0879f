package dev.capdrop.linux.perf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.core.observe.CapabilityCheck;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/// Reads the ring in which the kernel leaves a recording: a page of counters, and the records
/// (perf_event_open(2), "MMAP layout").
///
/// Reader and kernel share the memory without a lock: the kernel's counter is read before the
/// records that it covers, ours is written when they have been read.
final class RingReader {
    static final long HEAD = 1024;
    static final long TAIL = 1032;

    static final int RECORD_LOST = 2;
    static final int RECORD_SAMPLE = 9;
    static final int RECORD_CGROUP = 19;
    private static final int HEADER = 8;
    private static final int LARGEST = 1 << 16;

    private static final VarHandle COUNTER = JAVA_LONG.varHandle();

    private final MemorySegment counters;
    private final MemorySegment records;
    private final TracepointFormat format;

    /// One record, in one piece though it may lie around the ring's end.
    private final MemorySegment wrapped = MemorySegment.ofArray(new long[LARGEST / Long.BYTES]);

    /// @param records as long as a power of two
    RingReader(MemorySegment counters, MemorySegment records, TracepointFormat format) {
        this.counters = counters;
        this.records = records;
        this.format = format;
    }

    /// Hands over what has been recorded since the last time.
    ///
    /// @return whether there was anything
    boolean drain(RingListener listener) {
        long head = (long) COUNTER.getAcquire(counters, HEAD);
        long tail = (long) COUNTER.get(counters, TAIL);
        if (head == tail) {
            return false;
        }
        for (long at = tail; at < head; ) {
            MemorySegment record = record(at);
            take(record, listener);
            at += record.byteSize();
        }
        COUNTER.setRelease(counters, TAIL, head);
        return true;
    }

    /// The record that begins there.
    private MemorySegment record(long at) {
        long start = at % records.byteSize();
        // a header is eight bytes, and records begin at multiples of eight: it is never divided
        long size = Short.toUnsignedLong(records.get(JAVA_SHORT, start + 6));
        long first = Math.min(size, records.byteSize() - start);
        if (first == size) {
            return records.asSlice(start, size);
        }
        MemorySegment.copy(records, start, wrapped, 0, first);
        MemorySegment.copy(records, 0, wrapped, first, size - first);
        return wrapped.asSlice(0, size);
    }

    private void take(MemorySegment record, RingListener listener) {
        switch (record.get(JAVA_INT, 0)) {
            case RECORD_SAMPLE -> listener.check(sample(record));
            case RECORD_LOST -> listener.lost(record.get(JAVA_LONG, HEADER + 8));
            case RECORD_CGROUP -> {
                byte[] path = record.asSlice(HEADER + 8).toArray(JAVA_BYTE);
                listener.cgroup(record.get(JAVA_LONG, HEADER), text(path));
            }
            default -> {
                // a record that was not asked for says nothing of checks
            }
        }
    }

    private CapabilityCheck sample(MemorySegment record) {
        long nanos = record.get(JAVA_LONG, HEADER);
        long raw = HEADER + 12;
        long size = Integer.toUnsignedLong(record.get(JAVA_INT, HEADER + 8));
        return new CapabilityCheck(
                record.get(JAVA_INT, raw + format.capability()),
                record.get(JAVA_LONG_UNALIGNED, raw + format.demanded()),
                record.get(JAVA_LONG_UNALIGNED, raw + format.granting()),
                record.get(JAVA_INT, raw + format.result()) == 0,
                record.get(JAVA_LONG_UNALIGNED, raw + size),
                nanos);
    }

    private static String text(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, UTF_8);
    }
}
