package dev.capdrop.linux.perf;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.PerfEventAttr;
import dev.capdrop.linux.libc.SharedMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The recordings of one watch, one for each CPU.
final class Rings implements AutoCloseable {
    /// For all CPUs together; at a million checks a second it lasts for a fifth of one.
    private static final long MEMORY = 16L << 20;

    private static final long LEAST = 256L << 10;
    private static final long MOST = 8L << 20;

    private final List<Ring> rings = new ArrayList<>();
    private final Set<Integer> cpus;

    private Rings(List<Integer> cpus) {
        this.cpus = Set.copyOf(cpus);
    }

    /// Has the kernel record something on a CPU.
    interface Opening {
        /// The recording, which has not begun.
        Descriptor on(PerfEventAttr attr, int cpu) throws ErrnoException;
    }

    /// Makes them; nothing is recorded yet.
    ///
    /// @param processes whether what becomes of processes is recorded, too
    /// @param watches how many share the memory for recordings
    static Rings open(CheckFormat format, boolean processes, int watches, Opening opening)
            throws IOException {
        List<Integer> cpus = Cpus.online();
        long each = Math.clamp(Long.highestOneBit(MEMORY / watches / cpus.size()), LEAST, MOST);
        int pages = (int) (each / SharedMemory.pageSize());
        PerfEventAttr attr =
                new PerfEventAttr(format.id(), Ring.SAMPLE, (int) (each / 4), processes);
        Rings all = new Rings(cpus);
        try {
            for (int cpu : cpus) {
                all.rings.add(Ring.of(opening.on(attr, cpu), pages, format));
            }
            return all;
        } catch (IOException | RuntimeException e) {
            all.close();
            throw e;
        }
    }

    /// Says which checks are recorded, before any is.
    ///
    /// @param filter which checks, as in a tracepoint's file `filter`; empty for all
    void select(String filter) throws IOException {
        for (Ring ring : rings) {
            ring.select(filter);
        }
    }

    /// Begins to record.
    void start() throws IOException {
        for (Ring ring : rings) {
            ring.start();
        }
    }

    /// Whether a CPU works now that did not when recording began: nothing is told of it.
    boolean lacksOne() throws IOException {
        return !cpus.containsAll(Cpus.online());
    }

    /// Hands over what has been recorded since the last time.
    ///
    /// @return whether there was anything
    boolean drain(RingListener listener) {
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
