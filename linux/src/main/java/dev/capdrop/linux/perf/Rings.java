package dev.capdrop.linux.perf;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc.PerfEventAttr;
import dev.capdrop.linux.libc.Libc.SharedMemory;
import module java.base;

final class Rings implements AutoCloseable {
    /// The memory for all CPUs together; at a million checks a second it lasts for a fifth of one.
    private static final long MEMORY = 16L << 20;

    private static final long LEAST = 256L << 10;
    private static final long MOST = 8L << 20;

    private final List<Ring> rings = new ArrayList<>();
    private final Map<Integer, Long> cpus;

    private Rings(Map<Integer, Long> cpus) {
        this.cpus = new TreeMap<>(cpus);
    }

    interface Opening {
        Descriptor on(PerfEventAttr attr, int cpu) throws ErrnoException;
    }

    /// @param watches the number of watches that share the memory for recordings
    static Rings open(Map<Integer, Long> cpus, CheckFormat format, int watches, Opening opening)
            throws IOException {
        int each = size(watches, cpus.size());
        int pages = each / SharedMemory.pageSize();
        PerfEventAttr attr = new PerfEventAttr(format.id(), Ring.SAMPLE, each / 4, true, false);
        try {
            return open(cpus, format, attr.countingLosses(), pages, opening);
        } catch (ErrnoException refused) {
            refused.unless(ErrnoException.Errno.EINVAL);
            return open(cpus, format, attr, pages, opening);
        }
    }

    private static Rings open(
            Map<Integer, Long> cpus,
            CheckFormat format,
            PerfEventAttr attr,
            int pages,
            Opening opening)
            throws IOException {
        return Descriptor.Handover.of(
                new Rings(cpus),
                all -> {
                    for (int cpu : cpus.keySet()) {
                        all.rings.add(Ring.of(opening.on(attr, cpu), pages, format, attr.losses()));
                    }
                    return all;
                });
    }

    static int size(int watches, int cpus) {
        return (int) Math.clamp(Long.highestOneBit(MEMORY / watches / cpus), LEAST, MOST);
    }

    void select(String filter) throws IOException {
        for (Ring ring : rings) {
            ring.select(filter);
        }
    }

    void start() throws IOException {
        for (Ring ring : rings) {
            ring.start();
        }
    }

    boolean mayLack() throws IOException {
        return lacks(Cpus.online()) || rings.stream().anyMatch(Ring::wasFull);
    }

    /// Whether a CPU works without a recording: one that did not when recording began, or not all
    /// the time since (`perf_event_exit_cpu()` ends the recordings of one that stops).
    boolean lacks(Map<Integer, Long> online) {
        cpus.entrySet().retainAll(online.entrySet());
        return !cpus.keySet().containsAll(online.keySet());
    }

    void tellLost(Ring.RingListener listener) throws IOException {
        for (Ring ring : rings) {
            ring.tellLost(listener);
        }
    }

    boolean drain(Ring.RingListener listener) {
        boolean any = false;
        for (Ring ring : rings) {
            any |= ring.drain(listener);
        }
        return any;
    }

    @Override
    public void close() {
        rings.forEach(Ring::close);
    }
}
