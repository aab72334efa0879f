package dev.capdrop.linux.libc;

/// The `struct perf_event_attr` of perf_event_open(2) for a tracepoint: the recorded facts of each
/// hit.
///
/// @param tracepoint the number in the tracepoint's file `id`
/// @param sampleType the contents of a sample, a sum of PERF_SAMPLE_ constants
/// @param wakeUpBytes how much is written before a reader is woken
/// @param processes whether each fork(2), execve(2) and end of a process is recorded, too, with its
///   time last
/// @param losses whether lost records are counted, for [Libc#perfLost]; since Linux 6.0
public record PerfEventAttr(
        int tracepoint, long sampleType, int wakeUpBytes, boolean processes, boolean losses) {
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

    /// Records new symbols of the kernel, too, which are rare. Without one of the bits that
    /// `is_sb_event()` in kernel/events/core.c looks at, the next one has no effect.
    private static final long KSYMBOL = 1 << 29;

    /// Records new control groups, too.
    private static final long CGROUP = 1L << 32;

    /// Records new programs, too.
    private static final long COMM = 1 << 9;

    /// Records new processes and threads and their ends, too.
    private static final long TASK = 1 << 13;

    /// Ends each record, and one of a new program, with the sample's time.
    private static final long SAMPLE_ID_ALL = 1 << 18;

    private static final int CLOCK_MONOTONIC = 1;
    private static final long PERF_FORMAT_LOST = 1 << 4;

    /// Returns this with the losses counted.
    public PerfEventAttr countingLosses() {
        return new PerfEventAttr(tracepoint, sampleType, wakeUpBytes, processes, true);
    }

    Memory memory() {
        Memory attr = Memory.of(PERF_ATTR_SIZE_VER6);
        attr.putInt(0, PERF_TYPE_TRACEPOINT);
        attr.putInt(4, PERF_ATTR_SIZE_VER6);
        attr.putLong(8, tracepoint);
        attr.putLong(16, 1); // sample_period: every one
        attr.putLong(24, sampleType);
        attr.putLong(32, losses ? PERF_FORMAT_LOST : 0);
        attr.putLong(40, flags());
        attr.putInt(48, wakeUpBytes);
        attr.putInt(92, CLOCK_MONOTONIC);
        return attr;
    }

    private long flags() {
        long all = DISABLED | WATERMARK | USE_CLOCKID | KSYMBOL | CGROUP;
        return processes ? all | COMM | TASK | SAMPLE_ID_ALL : all;
    }
}
