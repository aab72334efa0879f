package dev.capdrop.linux.perf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.linux.perf.CheckFormat.TracepointFormat;
import dev.capdrop.linux.perf.Ring.RingListener;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Records as Linux 6.18 wrote them, put into a ring that is small enough to run full.
class RingReaderTest {
    private static final int RING = 512;
    private static final int SAMPLE = 80;
    private static final int RAW = 44;

    private final ByteBuffer counters = memory(4096);
    private final ByteBuffer records = memory(RING);
    private final RingReader reader = reader(false);

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
                .containsExactly(new CapabilityCheck(38, 0x7e60L, 0, false, 15339, 77, 4711));
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
        assertThat(counters.getLong(RingReader.TAIL)).isEqualTo(SAMPLE);
        assertThat(reader.drain(seen)).isFalse();
    }

    @Test
    void aLossIsCounted() {
        ByteBuffer lost = record(RingReader.RECORD_LOST, 24);
        lost.putLong(16, 1234);
        write(lost);
        reader.drain(seen);
        assertThat(seen.lost).isEqualTo(1234);
    }

    @Test
    void aLossThatTheKernelCountsElsewhereIsNotCountedTwice() {
        ByteBuffer lost = record(RingReader.RECORD_LOST, 24);
        lost.putLong(16, 1234);
        write(lost);
        reader(true).drain(seen);
        assertThat(seen.lost).isZero();
    }

    @Test
    void aThrottledRecordingIsALoss() {
        write(record(RingReader.RECORD_THROTTLE, 32));
        reader(true).drain(seen);
        assertThat(seen.lost).isEqualTo(1);
    }

    /// What comes next may never tell of it.
    @Test
    void aRingThatHadNoRoomForAnotherRecordWasFull() {
        for (int i = 0; i < 4; i++) {
            writeSample(1, 0);
        }
        reader.drain(seen);
        assertThat(reader.wasFull()).isFalse();
        for (int i = 0; i < 6; i++) {
            writeSample(1, 0);
        }
        reader.drain(seen);
        assertThat(reader.wasFull()).isTrue();
        reader.drain(seen);
        assertThat(reader.wasFull()).isTrue();
        assertThat(seen.lost).isZero();
    }

    /// The kernel fills the room that is left while the rest is read.
    @Test
    void aRingThatFillsWhileItIsReadWasFull() {
        writeSample(1, 0);
        reader.drain(
                new Recorder() {
                    @Override
                    public void check(CapabilityCheck check) {
                        for (int i = 0; i < 5; i++) {
                            writeSample(2, 0);
                        }
                    }
                });
        assertThat(reader.wasFull()).isTrue();
    }

    @Test
    void roomIsGivenBackWhileMoreIsRead() {
        writeSample(1, 0);
        writeSample(2, 0);
        reader.drain(
                new Recorder() {
                    @Override
                    public void check(CapabilityCheck check) {
                        long read = counters.getLong(RingReader.TAIL);
                        assertThat(read).isEqualTo(check.capability() == 1 ? 0 : SAMPLE);
                    }
                });
    }

    private RingReader reader(boolean counted) {
        return new RingReader(
                counters, records, new TracepointFormat(2073, 16, 24, 32, 36), counted);
    }

    @Test
    void aNewControlGroupIsToldWithItsPath() {
        ByteBuffer made = record(RingReader.RECORD_CGROUP, 48);
        made.putLong(8, 42);
        made.put(16, "/lxc.payload.web/system.slice/a".getBytes(UTF_8));
        write(made);
        reader.drain(seen);
        assertThat(seen.groups).containsExactly("42 /lxc.payload.web/system.slice/a");
    }

    /// A process may call itself what it likes, which is no new program.
    @Test
    void onlyAnExecveIsANewProgram() {
        writeName(4711, 5, RingReader.MISC_COMM_EXEC);
        writeName(4712, 6, 0);
        reader.drain(seen);
        assertThat(seen.programs).containsExactly("4711 5");
    }

    /// A thread is no process.
    @Test
    void aForkAndAnEndAreToldOfProcessesOnly() {
        writeTask(RingReader.RECORD_FORK, 12, 11, 12);
        writeTask(RingReader.RECORD_FORK, 12, 12, 13);
        writeTask(RingReader.RECORD_EXIT, 12, 12, 13);
        writeTask(RingReader.RECORD_EXIT, 12, 11, 12);
        reader.drain(seen);
        assertThat(seen.programs).containsExactly("11 made 12 at 5", "12 ended at 5");
    }

    private void writeTask(int type, int pid, int parent, int thread) {
        ByteBuffer task = record(type, 48);
        task.putInt(8, pid).putInt(12, parent).putInt(16, thread).putInt(20, 1);
        task.putLong(24, 5);
        write(task);
    }

    private void writeName(int pid, long nanos, int misc) {
        ByteBuffer name = record(RingReader.RECORD_COMM, 40);
        name.putShort(4, (short) misc);
        name.putInt(8, pid).putInt(12, pid);
        name.put(16, "systemd".getBytes(UTF_8));
        name.putLong(32, nanos);
        write(name);
    }

    @Test
    void aRecordThatNobodyAskedForIsPassedOver() {
        write(record(21, 64));
        writeSample(3, 0);
        reader.drain(seen);
        assertThat(seen.checks).hasSize(1);
    }

    private void writeSample(int capability, int result) {
        ByteBuffer sample = record(RingReader.RECORD_SAMPLE, SAMPLE);
        sample.putInt(8, 4711).putInt(12, 4712);
        sample.putLong(16, 77);
        sample.putInt(24, RAW);
        sample.putLong(28 + 16, 0x7e60L);
        sample.putLong(28 + 24, result == 0 ? 0x7e60L : 0);
        sample.putInt(28 + 32, capability);
        sample.putInt(28 + 36, result);
        sample.putLong(28 + RAW, 15339);
        write(sample);
    }

    private static ByteBuffer record(int type, int size) {
        return memory(size).putInt(0, type).putShort(6, (short) size);
    }

    private static ByteBuffer memory(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }

    private void write(ByteBuffer record) {
        long head = counters.getLong(RingReader.HEAD);
        for (int i = 0; i < record.capacity(); i += Long.BYTES) {
            records.putLong((int) ((head + i) % RING), record.getLong(i));
        }
        counters.putLong(RingReader.HEAD, head + record.capacity());
    }

    private static class Recorder implements RingListener {
        private final List<CapabilityCheck> checks = new ArrayList<>();
        private final List<String> groups = new ArrayList<>();
        private final List<String> programs = new ArrayList<>();
        private long lost;

        @Override
        public void event(Arrivals.Event event) {
            programs.add(
                    switch (event.kind()) {
                        case EXECUTED -> event.process() + " " + event.nanos();
                        case FORKED ->
                                "%d made %d at %d"
                                        .formatted(event.parent(), event.process(), event.nanos());
                        case ENDED -> event.process() + " ended at " + event.nanos();
                        case ARRIVED -> throw new AssertionError("no record says so");
                    });
        }

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
