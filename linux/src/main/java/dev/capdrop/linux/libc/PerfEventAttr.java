package dev.capdrop.linux.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// `struct perf_event_attr` of perf_event_open(2) for a tracepoint: what is recorded of each hit.
///
/// @param tracepoint the number in the tracepoint's file `id`
/// @param sampleType what a sample holds, a sum of PERF_SAMPLE_ constants
/// @param wakeUpBytes how much is written before a reader is woken
/// @param processes whether each fork(2), execve(2) and end of a process is recorded, too, with its
///   time last
public record PerfEventAttr(int tracepoint, long sampleType, int wakeUpBytes, boolean processes) {
    public static final long PERF_SAMPLE_TID = 1 << 1;
    public static final long PERF_SAMPLE_TIME = 1 << 2;
    public static final long PERF_SAMPLE_RAW = 1 << 10;

    /// Since Linux 5.7.
    public static final long PERF_SAMPLE_CGROUP = 1 << 21;

    private static final int PERF_TYPE_TRACEPOINT = 2;
    private static final int PERF_ATTR_SIZE_VER6 = 120;
    private static final long DISABLED = 1;
    private static final long WATERMARK = 1 << 14;
    private static final long USE_CLOCKID = 1 << 25;

    /// New symbols of the kernel are recorded, too, which are rare. Without one of the bits that
    /// `is_sb_event()` in kernel/events/core.c looks at, the next one has no effect.
    private static final long KSYMBOL = 1 << 29;

    /// New control groups are recorded, too.
    private static final long CGROUP = 1L << 32;

    /// New programs are recorded, too.
    private static final long COMM = 1 << 9;

    /// New processes and threads and their ends are recorded, too.
    private static final long TASK = 1 << 13;

    /// Each record ends with what a sample holds of the time, and so does one of a new program.
    private static final long SAMPLE_ID_ALL = 1 << 18;

    private static final int CLOCK_MONOTONIC = 1;

    MemorySegment in(Arena arena) {
        MemorySegment attr = arena.allocate(PERF_ATTR_SIZE_VER6, Long.BYTES);
        attr.set(JAVA_INT, 0, PERF_TYPE_TRACEPOINT);
        attr.set(JAVA_INT, 4, PERF_ATTR_SIZE_VER6);
        attr.set(JAVA_LONG, 8, tracepoint);
        attr.set(JAVA_LONG, 16, 1); // sample_period: every one
        attr.set(JAVA_LONG, 24, sampleType);
        attr.set(JAVA_LONG, 40, flags());
        attr.set(JAVA_INT, 48, wakeUpBytes);
        attr.set(JAVA_INT, 92, CLOCK_MONOTONIC);
        return attr;
    }

    private long flags() {
        long all = DISABLED | WATERMARK | USE_CLOCKID | KSYMBOL | CGROUP;
        return processes ? all | COMM | TASK | SAMPLE_ID_ALL : all;
    }
}
