package dev.capdrop.linux.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.record.JournalEntryJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process is killed with SIGKILL at random moments of a change.
final class KilledProcessTest {
    /// `-Dcapdrop.kills=500` for a long run.
    private static final int KILLS = Integer.getInteger("capdrop.kills", 15);

    /// One class of each place that the child needs.
    private static final List<Class<?>> USED =
            List.of(ChangeLoop.class, FileJournal.class, Journal.class, JournalEntryJson.class);

    @TempDir private Path temp;

    private Process start(Path config) throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xshare:auto",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                ClassPath.of(USED),
                                ChangeLoop.class.getName(),
                                temp.resolve("state").toString(),
                                temp.resolve("lock").toString(),
                                config.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        return process;
    }

    @Test
    void afterAKillTheFileIsWholeAndTheJournalReadable() throws Exception {
        Path config = temp.resolve("lxc/c1/config");
        Files.createDirectories(temp.resolve("lxc/c1"));
        Files.writeString(config, ChangeLoop.content(0));
        Random random = new Random(20261125);
        int cut = 0;
        for (int round = 0; round < KILLS; round++) {
            killAfter(start(config), random.nextInt(40));
            assertWhole(config);
            cut += wasCut() ? 1 : 0;
        }
        assertThat(cut).as("kills that hit a change").isPositive();
    }

    private static void killAfter(Process process, int millis) throws Exception {
        try (BufferedReader out = reader(process)) {
            assertThat(out.readLine()).isEqualTo("ready");
            Thread.sleep(millis);
            assertThat(process.isAlive()).as("the loop ends only when killed").isTrue();
        } finally {
            process.destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(process.exitValue()).isEqualTo(128 + 9);
    }

    @Test
    void aLiveProcessesLockNamesItAndAKilledOnesIsNoObstacle() throws Exception {
        Path config = temp.resolve("lxc/c1/config");
        Files.createDirectories(temp.resolve("lxc/c1"));
        Files.writeString(config, ChangeLoop.content(0));
        FileJournal journal = new FileJournal(temp.resolve("state"));
        Process process = start(config);
        try (BufferedReader out = reader(process)) {
            assertThat(out.readLine()).isEqualTo("ready");
            assertThatThrownBy(() -> journal.lock(ChangeLoop.TARGET))
                    .hasMessage(
                            "another capdrop (process %d) is changing 'lxc:c1'; wait for it"
                                    .formatted(process.pid()));
        } finally {
            process.destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        journal.lock(ChangeLoop.TARGET).close();
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    private static void assertWhole(Path config) throws IOException {
        String content = Files.readString(config);
        String first = content.lines().findFirst().orElse("");
        assertThat(first).matches("begin \\d+");
        assertThat(content)
                .isEqualTo(
                        ChangeLoop.content(Integer.parseInt(first.substring("begin ".length()))));
    }

    private boolean wasCut() throws IOException {
        FileJournal journal = new FileJournal(temp.resolve("state"));
        try (Journal.Lock _ = journal.lock(ChangeLoop.TARGET)) {
            List<JournalEntry> entries = journal.entries(ChangeLoop.TARGET);
            return !entries.isEmpty() && !entries.getLast().phase().ended();
        }
    }
}
