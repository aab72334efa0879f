package dev.capdrop.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.fuzz.Campaign;
import dev.capdrop.fuzz.Recorded;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// All documents that capdrop reads again: snapshots, entries of the journal, what was learnt.
@Timeout(600)
final class MutatedRecordingsTest {
    private static final int SNAPSHOTS = 12_000;
    private static final int ENTRIES = 4_000;
    private static final int HISTORIES = 4_000;
    private static final long MOST_BYTES = 16 << 20;
    private static final String NAME = "it";

    private interface Reader {
        byte[] writtenAgain(byte[] document) throws RecordException;
    }

    /// What is read is written, and read again as the same.
    private static void tried(String kind, int times, List<Recorded> all, Reader reader)
            throws IOException {
        for (Recorded good : all) {
            reader.writtenAgain(good.good());
        }
        Campaign campaign = new Campaign(kind, RecordException.class, MOST_BYTES);
        campaign.run(
                times,
                mutator -> mutator.oneOf(all).mutated(mutator),
                document -> {
                    byte[] written = reader.writtenAgain(document);
                    assertThat(reader.writtenAgain(written)).isEqualTo(written);
                });
        campaign.report();
    }

    @Test
    void twelveThousandSnapshotsAreReadOrRefused() throws IOException {
        tried(
                "snapshots",
                SNAPSHOTS,
                Recorded.snapshots(),
                document -> SnapshotJson.write(SnapshotJson.read(document, NAME)));
    }

    @Test
    void fourThousandEntriesOfTheJournalAreReadOrRefused() throws IOException {
        tried(
                "journal entries",
                ENTRIES,
                Recorded.entries(),
                document -> JournalEntryJson.write(JournalEntryJson.read(document, NAME)));
    }

    @Test
    void fourThousandHistoriesAreReadOrRefused() throws IOException {
        tried(
                "learnt histories",
                HISTORIES,
                Recorded.histories(),
                document -> UseHistoryJson.write(UseHistoryJson.read(document, NAME)));
    }

    private static void refused(byte[] document, String sentence) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long begun = threads.getCurrentThreadCpuTime();
        assertThatThrownBy(() -> SnapshotJson.read(document, NAME))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(sentence);
        assertThat(threads.getCurrentThreadCpuTime() - begun).isLessThan(20_000_000_000L);
    }

    private static byte[] filled(String before, char with, int size, String after) {
        byte[] document = new byte[size];
        Arrays.fill(document, (byte) with);
        System.arraycopy(before.getBytes(UTF_8), 0, document, 0, before.length());
        System.arraycopy(after.getBytes(UTF_8), 0, document, size - after.length(), after.length());
        return document;
    }

    /// 60 MB of digits, of one string, of one name, of brackets, of objects in objects.
    @Test
    void whatIsLongOrDeepIsRefusedBeforeItFillsTheMemory() {
        String begin = "{\"schema\":\"capdrop/snapshot/1\",\"takenAt\":";
        refused(filled(begin, '9', 60 << 20, "}"), "too long");
        refused(filled(begin + "\"", 'x', 60 << 20, "\"}"), "has a 'takenAt' that is not");
        refused(filled("{\"", 'x', 60 << 20, "\":1}"), "too long");
        refused(filled(begin, '[', 60 << 20, "}"), "deeper than 64");
        refused("{\"a\":".repeat(1_000_000).getBytes(UTF_8), "deeper than 64");
        refused(filled(begin, ' ', 65 << 20, "}"), "is larger than 64 MiB");
    }

    @Test
    void theSameNameTwiceIsRefused() {
        refused("{\"schema\":1,\"schema\":2}".getBytes(UTF_8), "the same field twice");
    }
}
