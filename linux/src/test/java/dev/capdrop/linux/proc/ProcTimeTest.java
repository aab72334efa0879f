package dev.capdrop.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.Init.KernelStart;
import dev.capdrop.linux.proc.ProcDir.ProcTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProcTimeTest {
    private static final String STAT =
            "8996 (a) b) S 1 2 3 0 -1 4194560 5 6 7 8 9 10 11 12 20 0 1 0 437832 100 2";

    @Test
    void aStartIsToldToTheHundredthOfASecond() throws IOException {
        Instant now = Instant.parse("2026-11-25T02:25:05.640Z");
        assertThat(ProcTime.started(STAT, "4466.64 5387.01\n", now))
                .isEqualTo(Instant.parse("2026-11-25T02:23:37.320Z"));
    }

    @Test
    void anAgeHangsOnNoClockThatSomebodyMaySet() {
        assertThat(ProcTime.age(STAT, "4466.64 5387.01\n")).isEqualTo(Duration.ofMillis(88_320));
    }

    @Test
    void theBootAndTheTicksSinceItTellOneProcessFromAnother() throws IOException {
        String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        assertThat(boot).hasSize(36);
        assertThat(ProcTime.start(STAT)).isEqualTo(new KernelStart(437_832, boot));
    }

    @Test
    void thisProcessStartedWhenTheSystemSaysItDid() throws IOException {
        Instant start = ProcessHandle.current().info().startInstant().orElseThrow();
        Instant read = ProcTime.started(Files.readString(Path.of("/proc/self/stat")));
        // the JDK goes by btime, which has lost the fraction of a second
        assertThat(Duration.between(start, read).abs()).isLessThan(Duration.ofMillis(1500));
    }
}
