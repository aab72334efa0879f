package dev.capdrop.linux.perf;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.libc.Libc.PerfEventAttr;
import dev.capdrop.linux.libc.Libc.SharedMemory;
import module java.base;

final class Ring implements AutoCloseable {
    /// The recorded facts of each check; [RingReader] reads them in the kernel's order.
    static final long SAMPLE =
            PerfEventAttr.PERF_SAMPLE_TID
                    | PerfEventAttr.PERF_SAMPLE_TIME
                    | PerfEventAttr.PERF_SAMPLE_RAW
                    | PerfEventAttr.PERF_SAMPLE_CGROUP;

    private static final int PAGE = SharedMemory.pageSize();

    private final Descriptor event;
    private final SharedMemory memory;
    private final RingReader reader;
    private final boolean counted;
    private long told;

    private Ring(Descriptor event, SharedMemory memory, RingReader reader, boolean counted) {
        this.event = event;
        this.memory = memory;
        this.reader = reader;
        this.counted = counted;
    }

    /// Maps the ring of an event, which it owns from now on.
    static Ring of(Descriptor event, int pages, CheckFormat format, boolean counted)
            throws IOException {
        SharedMemory memory =
                Descriptor.Handover.of(event, e -> SharedMemory.map(e, (1L + pages) * PAGE));
        ByteBuffer counters = memory.bytes(0, PAGE);
        ByteBuffer records = memory.bytes(PAGE, pages * PAGE);
        RingReader reader = new RingReader(counters, records, format, counted);
        return new Ring(event, memory, reader, counted);
    }

    void select(String filter) throws IOException {
        if (!filter.isEmpty()) {
            Libc.perfFilter(event, filter);
        }
    }

    void start() throws IOException {
        Libc.perfEnable(event);
    }

    boolean drain(RingListener listener) {
        return memory.look(() -> reader.drain(listener));
    }

    void tellLost(RingListener listener) throws IOException {
        long all = counted ? Libc.perfLost(event) : 0;
        if (all > told) {
            listener.lost(all - told);
            told = all;
        }
    }

    boolean wasFull() {
        return !counted && reader.wasFull();
    }

    @Override
    public void close() {
        memory.close();
        event.close();
    }

    @FunctionalInterface
    interface RingListener {
        void check(CapabilityCheck check);

        /// Takes a new control group, by its path from the top of the hierarchy.
        default void cgroup(long id, String path) {}

        /// Takes an event of a process, no thread; where those are not recorded, of programs only.
        default void event(Arrivals.Event event) {}

        default void lost(long count) {}
    }
}
