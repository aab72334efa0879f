package dev.capdrop.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.libc.Libc.PerfEventAttr;
import dev.capdrop.linux.perf.CheckFormat.TracepointFormat;
import dev.capdrop.linux.perf.Ring.RingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rings of a kernel before Linux 6.0: each is a file here, into which the test writes as the
/// kernel does.
class RingsTest {
    private static final CheckFormat FORMAT = new TracepointFormat(2073, 16, 24, 32, 36);
    @TempDir private Path folder;
    private int records;
    private final List<PerfEventAttr> asked = new ArrayList<>();
    private final Counted counted = new Counted();

    @Test
    void whereTheKernelCountsNoLossesARingThatWasFullMakesTheWatchIncomplete() throws IOException {
        try (Rings rings = open(Cpus.online())) {
            assertThat(asked).extracting(PerfEventAttr::losses).startsWith(true, false);
            assertThat(rings.mayLack()).isFalse();
            fill(records / 2);
            rings.drain(counted);
            assertThat(rings.mayLack()).isFalse();
            fill(records - 80);
            rings.drain(counted);
            rings.tellLost(counted);
            assertThat(counted.lost).isZero();
            assertThat(rings.mayLack()).isTrue();
            rings.drain(counted);
            assertThat(rings.mayLack()).isTrue();
        }
    }

    @Test
    void aCpuThatStopsIsNotMissedUntilItWorksAgain() throws IOException {
        try (Rings rings = open(Map.of(0, 7L))) {
            assertThat(rings.lacks(Map.of(0, 7L))).isFalse();
            assertThat(rings.lacks(Map.of())).isFalse();
            assertThat(rings.lacks(Map.of(0, 7L))).isTrue();
        }
    }

    /// Nobody has looked while it did not work.
    @Test
    void aCpuThatStopsAndWorksAgainBetweenTwoLooksIsMissed() throws IOException {
        try (Rings rings = open(Map.of(0, 7L, 1, 8L))) {
            assertThat(rings.lacks(Map.of(0, 7L, 1, 8L))).isFalse();
            assertThat(rings.lacks(Map.of(0, 7L, 1, 9L))).isTrue();
        }
    }

    @Test
    void eachCpuThatWorksIsTheSameAtTheNextLook() throws IOException {
        Map<Integer, Long> online = Cpus.online();
        assertThat(online).isNotEmpty();
        assertThat(online.values()).doesNotHaveDuplicates().doesNotContain(0L);
        assertThat(Cpus.online()).isEqualTo(online);
    }

    @Test
    void aCpuThatCameToWorkIsMissed() throws IOException {
        try (Rings rings = open(Map.of(0, 7L))) {
            assertThat(rings.lacks(Map.of(0, 7L, 1, 8L))).isTrue();
        }
    }

    private Rings open(Map<Integer, Long> cpus) throws IOException {
        records = Rings.size(1, cpus.size());
        return Rings.open(cpus, FORMAT, 1, this::event);
    }

    private Descriptor event(PerfEventAttr attr, int cpu) throws ErrnoException {
        asked.add(attr);
        if (attr.losses()) {
            // what no kernel knows yet
            return Libc.perfEventOfThread(new PerfEventAttr(1, 1L << 40, 1, false, false), 0);
        }
        make(cpu);
        return Libc.openat(Descriptor.WORKING_DIRECTORY, file(cpu).toString(), Libc.O_RDWR, 0);
    }

    private Path file(int cpu) {
        return folder.resolve("ring-" + cpu);
    }

    /// Appends records that nobody asked for.
    private void fill(int bytes) throws IOException {
        try (FileChannel ring =
                FileChannel.open(file(0), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer counters = ring.map(FileChannel.MapMode.READ_WRITE, 0, 4096);
            counters.order(ByteOrder.nativeOrder());
            ByteBuffer all = ring.map(FileChannel.MapMode.READ_WRITE, 4096, records);
            all.order(ByteOrder.nativeOrder());
            long head = counters.getLong(RingReader.HEAD);
            for (int done = 0; done < bytes; done += 16) {
                int at = (int) ((head + done) % records);
                all.putInt(at, 21).putShort(at + 6, (short) 16);
            }
            counters.putLong(RingReader.HEAD, head + bytes);
        }
    }

    private void make(int cpu) {
        try (FileChannel ring =
                FileChannel.open(file(cpu), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ring.write(ByteBuffer.allocate(1), records + 4095L);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static final class Counted implements RingListener {
        private long lost;

        @Override
        public void check(CapabilityCheck check) {}

        @Override
        public void cgroup(long id, String path) {}
    }
}
