package dev.capdrop.linux.snapshot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.fuzz.Campaign;
import dev.capdrop.fuzz.Mutator;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Journals of real containers (Debian 11: regular, Jenkins' hash; Debian 12: compact, keyed),
/// changed where they are read: in the header, and in the objects that a unit's lines are found by.
@Timeout(600)
final class MutatedJournalsTest {
    private static final int JOURNALS_OF_EACH = 10_000;
    private static final int JOURNALS_IN_A_ROOT = 1_000;
    private static final int HEADER = 272;
    private static final int LOOKED_AT = 12;

    /// 50,000 reads of 1,096 bytes and a few beside.
    private static final long MOST_BYTES = 80 << 20;

    private static final List<String> FIELDS =
            List.of(
                    "_SYSTEMD_UNIT=w.service",
                    "_SYSTEMD_UNIT=gu.service",
                    "_SYSTEMD_UNIT=long.service",
                    "UNIT=gu.service");
    private static final String MACHINE = "0123456789abcdef0123456789abcdef";

    @TempDir Path root = Path.of("");

    /// What is written over, and what stood there.
    @SuppressWarnings("ArrayRecordComponent")
    private record Patch(int at, byte[] bytes) {}

    /// A recorded journal, in which nothing begins as what zstd(1) unpacks: that takes some
    /// milliseconds each time, and is not our code.
    private static byte[] recorded(String suite) throws IOException {
        Path file =
                Path.of("../linux/src/test/resources/dev/capdrop/linux/snapshot")
                        .resolve(suite + ".journal.gz");
        try (InputStream in = Files.newInputStream(file);
                GZIPInputStream whole = new GZIPInputStream(in)) {
            return new String(whole.readAllBytes(), ISO_8859_1)
                    .replace("(\u00b5/\u00fd", "none")
                    .getBytes(ISO_8859_1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bullseye", "bookworm"})
    void tenThousandJournalsAreReadOrRefused(String suite) throws IOException {
        byte[] good = recorded(suite);
        Path journal = Files.write(root.resolve("journal"), good);
        Campaign campaign = new Campaign("journals, " + suite, IOException.class, MOST_BYTES);
        try (SafeRoot safe = SafeRoot.of(root);
                SafeRoot.RegularFile file = safe.openAcross("/journal");
                RandomAccessFile written = new RandomAccessFile(journal.toFile(), "rw")) {
            List<Integer> places = places(good, file, written);
            assertThat(places).hasSizeGreaterThan(20);
            campaign.run(
                    JOURNALS_OF_EACH,
                    mutator -> patches(mutator, good, places),
                    patches -> {
                        write(written, patches);
                        try {
                            lines(file);
                        } finally {
                            writeBack(written, patches, good);
                        }
                    });
        }
        campaign.report();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bullseye", "bookworm"})
    void aThousandRootsWithSuchJournalsAreReadWithoutAnException(String suite) throws IOException {
        byte[] good = recorded(suite);
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/machine-id"), MACHINE + "\n");
        Path folder = Files.createDirectories(root.resolve("var/log/journal/" + MACHINE));
        Path journal = Files.write(folder.resolve("system.journal"), good);
        Campaign campaign =
                new Campaign("roots with journals, " + suite, NoException.class, MOST_BYTES);
        try (SafeRoot safe = SafeRoot.of(root);
                SafeRoot.RegularFile file =
                        safe.openAcross("/" + root.relativize(journal).toString());
                RandomAccessFile written = new RandomAccessFile(journal.toFile(), "rw")) {
            List<Integer> places = places(good, file, written);
            campaign.run(
                    JOURNALS_IN_A_ROOT,
                    mutator -> patches(mutator, good, places),
                    patches -> {
                        write(written, patches);
                        try (UnitLog log = new UnitLog(safe, Deadline.in(Duration.ofMinutes(1)))) {
                            for (String unit : List.of("w.service", "gu.service")) {
                                assertThat(log.of(unit, 0, List.of("sh"), true))
                                        .hasSizeLessThanOrEqualTo(LOOKED_AT)
                                        .allMatch(line -> line.length() <= 401);
                            }
                        } finally {
                            writeBack(written, patches, good);
                        }
                    });
        }
        campaign.report();
    }

    /// None is documented.
    private static final class NoException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private static Map<String, List<JournalFile.Line>> lines(SafeRoot.RegularFile file)
            throws IOException {
        JournalFile.Effort effort = new JournalFile.Effort(Deadline.in(Duration.ofMinutes(1)));
        // closing it would close the file
        @SuppressWarnings("resource")
        JournalFile journal = new JournalFile(file, effort);
        Map<String, List<JournalFile.Line>> lines = new TreeMap<>();
        for (String field : FIELDS) {
            lines.put(field, journal.last(field, 0, LOOKED_AT));
            assertThat(lines.get(field)).hasSizeLessThanOrEqualTo(LOOKED_AT);
        }
        return lines;
    }

    /// Where the objects begin that the lines are found by: without one of these they are others.
    private static List<Integer> places(
            byte[] good, SafeRoot.RegularFile file, RandomAccessFile written) throws IOException {
        Map<String, List<JournalFile.Line>> before = lines(file);
        List<Integer> places = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN);
        long at = bytes.getLong(88);
        while (at > 0 && at + 64 < good.length && bytes.getLong((int) at + 8) >= 16) {
            Patch none = new Patch((int) at, new byte[1]);
            write(written, List.of(none));
            if (!lines(file).equals(before)) {
                places.add((int) at);
            }
            writeBack(written, List.of(none), good);
            at = at + bytes.getLong((int) at + 8) + 7 & ~7L;
        }
        return places;
    }

    private static List<Patch> patches(Mutator mutator, byte[] good, List<Integer> places) {
        List<Patch> patches = new ArrayList<>();
        for (int count = mutator.below(4); count >= 0; count--) {
            boolean header = mutator.below(4) == 0;
            int begin = header ? 0 : mutator.oneOf(places);
            int at = begin + mutator.below(header ? HEADER : 96) / 4 * 4;
            byte[] bytes = new byte[Math.min(8, good.length - at)];
            System.arraycopy(good, at, bytes, 0, bytes.length);
            // as often as not a place where an object is, so that lists become rings
            long number =
                    mutator.below(2) == 0 ? mutator.oneOf(places) : mutator.number(good.length);
            if (mutator.below(8) == 0) {
                bytes = mutator.bytes(bytes);
            } else {
                mutator.put(bytes, 0, number);
            }
            patches.add(new Patch(at, bytes));
        }
        return patches;
    }

    private static void write(RandomAccessFile file, List<Patch> patches) throws IOException {
        for (Patch patch : patches) {
            file.seek(patch.at());
            file.write(patch.bytes());
        }
    }

    private static void writeBack(RandomAccessFile file, List<Patch> patches, byte[] good)
            throws IOException {
        for (Patch patch : patches) {
            file.seek(patch.at());
            file.write(good, patch.at(), Math.min(patch.bytes().length, good.length - patch.at()));
        }
    }
}
