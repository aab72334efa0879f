package dev.capdrop.linux.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Journals of real containers (Debian 11: regular, Jenkins' hash; Debian 12: compact, keyed), and
/// what an adversary can make of them. What is expected of the real ones is what their own
/// `journalctl _SYSTEMD_UNIT=… -o cat -n 2` said.
@Timeout(60)
final class UnitLogTest {
    private static final String MACHINE = "0123456789abcdef0123456789abcdef";
    private static final int SEED = 11;

    @TempDir Path root;
    private Path folder;

    @BeforeEach
    void plantAMachineId() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/machine-id"), MACHINE + "\n");
        folder = Files.createDirectories(root.resolve("var/log/journal").resolve(MACHINE));
    }

    private Path journal() {
        return folder.resolve("system.journal");
    }

    private static byte[] recorded(String suite) throws IOException {
        try (InputStream in = UnitLogTest.class.getResourceAsStream(suite + ".journal.gz");
                GZIPInputStream whole = new GZIPInputStream(Objects.requireNonNull(in))) {
            return whole.readAllBytes();
        }
    }

    private List<String> of(String unit) throws IOException {
        return of(unit, 0, false);
    }

    private List<String> of(String unit, long sinceMicros, boolean upAgain) throws IOException {
        return of(unit, sinceMicros, Set.of(), upAgain);
    }

    private List<String> of(String unit, long sinceMicros, Set<String> programs, boolean upAgain)
            throws IOException {
        try (SafeRoot safe = SafeRoot.of(root);
                UnitLog log = new UnitLog(safe, Deadline.in(Duration.ofSeconds(20)))) {
            return log.of(unit, sinceMicros, programs, upAgain);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bullseye", "bookworm"})
    void theLastLinesOfAUnitAreItsOwn(String suite) throws IOException {
        Files.write(journal(), recorded(suite));
        assertThat(of("w.service"))
                .containsSubsequence("begin", "the configuration of line 12 is wrong");
        assertThat(of("gu.service")).containsOnlyOnce("no luck");
        // 11 packs with LZ4, which nothing on a host unpacks
        String packed =
                suite.equals("bullseye")
                        ? JournalFile.COMPRESSED
                        : "x".repeat(200) + "…" + "x".repeat(200);
        assertThat(of("long.service")).containsSubsequence("short", packed);
        assertThat(of("nosuch.service")).isEmpty();
    }

    @Test
    void aLongMessageThatIsNotWhatZstdHasPackedIsOnlyNamed() throws IOException {
        byte[] journal = recorded("bookworm");
        for (int at = 0; at + 3 < journal.length; at++) {
            if (ByteBuffer.wrap(journal, at, 4).getInt() == 0x28B52FFD) {
                journal[at + 5] ^= 0x55;
                journal[at + 9] ^= 0x55;
            }
        }
        Files.write(journal(), journal);
        assertThat(of("long.service")).containsSubsequence("short", JournalFile.COMPRESSED);
    }

    @Test
    void anErrorAboveThirtyFramesIsReadAndTheFramesAreNot() throws IOException {
        Files.write(journal(), recorded("trace"));
        assertThat(of("trace.service"))
                .anyMatch(line -> line.contains("application failed to start"))
                .anyMatch(line -> line.endsWith("app.properties (Permission denied)"))
                .noneMatch(line -> line.startsWith("at "));
    }

    @Test
    void theOptionsOfAUsageAreFramesAsGoAndOthersPrintThem() {
        assertThat(
                        List.of(
                                "  -addr string",
                                "    \tlisten address (default \":80\")",
                                "  -h, --help",
                                "      --port=80",
                                "than a configuration issue please read the section on submitting"))
                .allMatch(line -> UnitLog.FRAME.matcher(line).find());
        assertThat(List.of("flag provided but not defined: -x", "Usage of /opt/x:", "  - a", "  x"))
                .noneMatch(line -> UnitLog.FRAME.matcher(line).find());
    }

    @Test
    void ofAProgramWhoseUnitNobodyKnowsTheLinesAreFoundByItsName() throws IOException {
        Files.write(journal(), recorded("bookworm"));
        Set<String> nobodys = Set.of("(modprobe)");
        assertThat(of("modprobe@.service", 0, nobodys, false))
                .isNotEmpty()
                .allMatch(line -> line.contains("modprobe"));
        assertThat(of("w.service", 0, nobodys, false)).noneMatch(line -> line.contains("modprobe"));
        assertThat(of("nosuch.service", 0, Set.of("sh"), false)).isEmpty();
    }

    @Test
    void aLogOfAProgramsOwnIsReadFromItsEndWhereItWasWrittenSinceTheStart() throws IOException {
        Path own = Files.createDirectories(root.resolve("var/log/app")).resolve("app.log");
        Files.writeString(own, "x".repeat(20_000) + "\nbegin\n\nFATAL: no such role\n");
        try (SafeRoot safe = SafeRoot.of(root);
                UnitLog log = new UnitLog(safe, Deadline.in(Duration.ofSeconds(20)))) {
            assertThat(log.ofFile("/var/log/app/app.log"))
                    .containsExactly("begin", "FATAL: no such role");
            for (String none : List.of("", "/var/log/app/none.log", "/var/log/app")) {
                assertThat(log.ofFile(none)).isEmpty();
            }
            Files.setLastModifiedTime(own, FileTime.fromMillis(1_000_000));
            Path newer = Files.writeString(own.resolveSibling("shop.log"), "ERROR: too low\n");
            Files.setLastModifiedTime(newer, FileTime.fromMillis(2_000_000));
            Files.writeString(own.resolveSibling("access.log"), "GET /\n");
            Files.createDirectories(own.resolveSibling("folder.log"));
            Files.writeString(
                    Files.createDirectories(root.resolve("etc")).resolve("mine"), "error: mine\n");
            Files.createSymbolicLink(own.resolveSibling("out.log"), Path.of("/etc/mine"));
            List<String> places = List.of("/var/log/none.log", "/var/log/app/");
            assertThat(log.newest(places, 0, Long.MAX_VALUE)).isEqualTo("/var/log/app/shop.log");
            assertThat(log.newest(places, 0, 1_500_000_000)).isEqualTo("/var/log/app/app.log");
            assertThat(log.newest(places, 3_000_000_000L, Long.MAX_VALUE)).isEmpty();
            assertThat(log.newest(List.of("/var/log/none/"), 0, Long.MAX_VALUE)).isEmpty();
        }
    }

    @Test
    void aLineOfAnEarlierRunIsNotShown() throws IOException {
        Files.write(journal(), recorded("bookworm"));
        assertThat(of("w.service", 4_000_000_000_000_000L, false)).isEmpty();
    }

    @Test
    void anArchivedJournalIsLookedAtToo() throws IOException {
        Files.write(
                folder.resolve("system@0123-0000000000000001-00000000000000aa.journal"),
                recorded("bookworm"));
        Files.write(journal(), recorded("bullseye"));
        assertThat(of("w.service")).contains("the configuration of line 12 is wrong");
    }

    /// journald.conf(5), "SplitMode=": a service that runs as a regular user writes there.
    @Test
    void theJournalOfARegularUserIsLookedAtToo() throws IOException {
        Files.write(folder.resolve("user-1000.journal"), recorded("bookworm"));
        Files.write(journal(), recorded("bullseye"));
        Files.write(folder.resolve("user-1000@0123-01-aa.journal"), new byte[8]);
        assertThat(of("w.service")).contains("the configuration of line 12 is wrong");
        Files.delete(journal());
        assertThat(of("w.service")).contains("the configuration of line 12 is wrong");
    }

    /// Each as systemd wrote it, beside what the programs wrote.
    @Test
    void whatSystemdSaysOfAUnitIsThereThoughItWroteEnoughItself() throws IOException {
        Files.write(journal(), recorded("bookworm"));
        assertThat(of("gu.service")).anyMatch(line -> line.startsWith("gu.service: "));
    }

    @Test
    void howTheLastRunEndedIsThereWhereTheUnitIsUpAgain() throws IOException {
        Files.write(journal(), recorded("bookworm"));
        assertThat(of("w.service")).noneMatch(line -> line.contains("process exited"));
        assertThat(of("w.service", 0, true)).anyMatch(line -> line.contains("process exited"));
    }

    @Test
    void withoutAMachineIdEveryFolderIsLookedAt() throws IOException {
        Files.write(journal(), recorded("bookworm"));
        Files.writeString(root.resolve("etc/machine-id"), "uninitialized\n");
        assertThat(of("w.service")).isNotEmpty();
    }

    @Test
    void aJournalThatLeadsOutOfTheRootIsNotRead() throws IOException {
        Path outside = Files.write(root.resolveSibling("outside.journal"), recorded("bookworm"));
        try {
            Files.createSymbolicLink(journal(), outside);
            assertThat(of("w.service")).isEmpty();
        } finally {
            Files.delete(outside);
        }
    }

    @Test
    void aFifoInItsPlaceHoldsNobodyUp() throws IOException, InterruptedException {
        new ProcessBuilder("mkfifo", journal().toString()).inheritIO().start().waitFor();
        assertThat(of("w.service")).isEmpty();
    }

    @Test
    void whatIsNoJournalIsNoneWhateverItsSize() throws IOException {
        Files.writeString(journal(), "no journal");
        assertThat(of("w.service")).isEmpty();
        Files.write(journal(), new byte[0]);
        assertThat(of("w.service")).isEmpty();
        try (RandomAccessFile file = new RandomAccessFile(journal().toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        assertThat(of("w.service")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bullseye", "bookworm"})
    void aRingOfListsEnds(String suite) throws IOException {
        byte[] bytes = recorded(suite);
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int objects = 0;
        long at = file.getLong(88);
        while (at > 0 && at + 64 < bytes.length && file.getLong((int) at + 8) >= 16) {
            int object = (int) at;
            // Each data object is the next one of itself, and so is each list of entries.
            if (file.get(object) == 1) {
                file.putLong(object + 24, at);
            } else if (file.get(object) == 6) {
                file.putLong(object + 16, at);
            }
            at = at + file.getLong(object + 8) + 7 & ~7L;
            objects++;
        }
        assertThat(objects).isGreaterThan(500);
        Files.write(journal(), bytes);
        for (String unit : List.of("w.service", "gu.service", "nosuch.service")) {
            assertThat(of(unit)).hasSizeLessThanOrEqualTo(12);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bullseye", "bookworm"})
    void noByteMakesItFail(String suite) throws IOException {
        byte[] whole = recorded(suite);
        Random random = new Random(SEED);
        Files.write(journal(), whole);
        int said = 0;
        for (int round = 0; round < 300; round++) {
            try (RandomAccessFile file = new RandomAccessFile(journal().toFile(), "rw")) {
                int[] places = random.ints(400, 0, whole.length).toArray();
                // Most of a journal is empty; its beginning is not.
                for (int i = 0; i < 40; i++) {
                    places[i] = random.nextInt(272);
                }
                for (int i = 0; i < places.length; i += 1 + random.nextInt(80)) {
                    file.seek(places[i]);
                    file.write(random.nextBoolean() ? 0xff : random.nextInt());
                }
                said += of("w.service").size() + of("gu.service").size();
                for (int place : places) {
                    file.seek(place);
                    file.write(whole[place]);
                }
            }
        }
        assertThat(said).isPositive();
    }
}
