package dev.capdrop.linux.perf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.observe.CapabilityCheck;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Records as Linux 6.18 wrote them, put into a ring that is small enough to run full.
class RingReaderTest {
    private static final int RING = 512;
    private static final int SAMPLE = 72;
    private static final int RAW = 44;

    private final MemorySegment counters = MemorySegment.ofArray(new long[512]);
    private final MemorySegment records = MemorySegment.ofArray(new long[RING / Long.BYTES]);
    private final RingReader reader =
            new RingReader(counters, records, new TracepointFormat(2073, 16, 24, 32, 36));

    private final Recorder seen = new Recorder();

    @Test
    void anEmptyRingHoldsNothing() {
        assertThat(reader.drain(seen)).isFalse();
    }

    @Test
    void aSampleIsReadAsTheKernelLaidItOut() {
        writeSample(38, -1);
        assertThat(reader.drain(seen)).isTrue();
        assertThat(seen.checks)
                .containsExactly(new CapabilityCheck(38, 0x7e60L, 0, false, 15339, 77));
    }

    @Test
    void recordsAroundTheEndOfTheRingAreReadInOnePiece() {
        for (int i = 0; i < 100; i++) {
            writeSample(i % 41, 0);
            reader.drain(seen);
        }
        assertThat(seen.checks)
                .extracting(CapabilityCheck::capability)
                .hasSize(100)
                .startsWith(0, 1, 2)
                .endsWith(17);
        assertThat(seen.checks).allMatch(check -> check.granted() && check.cgroup() == 15339);
    }

    @Test
    void whatWasReadIsGivenBackToTheKernel() {
        writeSample(1, 0);
        reader.drain(seen);
        assertThat(counters.get(JAVA_LONG, RingReader.TAIL)).isEqualTo(SAMPLE);
        assertThat(reader.drain(seen)).isFalse();
    }

    @Test
    void aLossIsCounted() {
        MemorySegment lost = record(RingReader.RECORD_LOST, 24);
        lost.set(JAVA_LONG, 16, 1234);
        write(lost);
        reader.drain(seen);
        assertThat(seen.lost).isEqualTo(1234);
    }

    @Test
    void aNewControlGroupIsToldWithItsPath() {
        MemorySegment made = record(RingReader.RECORD_CGROUP, 48);
        made.set(JAVA_LONG, 8, 42);
        made.setString(16, "/lxc.payload.web/system.slice/a");
        write(made);
        reader.drain(seen);
        assertThat(seen.groups).containsExactly("42 /lxc.payload.web/system.slice/a");
    }

    @Test
    void aRecordThatNobodyAskedForIsPassedOver() {
        write(record(21, 64));
        writeSample(3, 0);
        reader.drain(seen);
        assertThat(seen.checks).hasSize(1);
    }

    private void writeSample(int capability, int result) {
        MemorySegment sample = record(RingReader.RECORD_SAMPLE, SAMPLE);
        sample.set(JAVA_LONG, 8, 77);
        sample.set(JAVA_INT, 16, RAW);
        sample.set(JAVA_LONG_UNALIGNED, 20 + 16, 0x7e60L);
        sample.set(JAVA_LONG_UNALIGNED, 20 + 24, result == 0 ? 0x7e60L : 0);
        sample.set(JAVA_INT, 20 + 32, capability);
        sample.set(JAVA_INT, 20 + 36, result);
        sample.set(JAVA_LONG, 20 + RAW, 15339);
        write(sample);
    }

    private static MemorySegment record(int type, int size) {
        MemorySegment record = MemorySegment.ofArray(new long[size / Long.BYTES]);
        record.set(JAVA_INT, 0, type);
        record.set(JAVA_SHORT, 6, (short) size);
        return record;
    }

    private void write(MemorySegment record) {
        long head = counters.get(JAVA_LONG, RingReader.HEAD);
        for (long i = 0; i < record.byteSize(); i += Long.BYTES) {
            records.set(JAVA_LONG, (head + i) % RING, record.get(JAVA_LONG, i));
        }
        counters.set(JAVA_LONG, RingReader.HEAD, head + record.byteSize());
    }

    private static final class Recorder implements RingListener {
        private final List<CapabilityCheck> checks = new ArrayList<>();
        private final List<String> groups = new ArrayList<>();
        private long lost;

        @Override
        public void check(CapabilityCheck check) {
            checks.add(check);
        }

        @Override
        public void cgroup(long id, String path) {
            groups.add(id + " " + path);
        }

        @Override
        public void lost(long count) {
            lost += count;
        }
    }
}
