package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What goes on in a container by itself is not taken for the work of a drop. `bench/noise` tries
/// this more often.
@NeedsContainers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class NoiseTest {
    private static final Duration LONG_ENOUGH_TO_HANG = Duration.ofSeconds(101);

    @TempDir Path state = Path.of("");
    private final Bench bench = Bench.shared();
    private LabContainer hanging = new LabContainer(Path.of(""), "");
    private long hangs;

    /// It hangs long enough while the other tests run.
    @BeforeAll
    void startWhatHangs() throws IOException {
        hanging = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED);
        hanging.writeService(
                "hang.service",
                List.of(),
                "Type=oneshot",
                "ExecStart=/bin/sleep infinity",
                "TimeoutStartSec=infinity");
        hanging.enableOnDisk("hang.service");
        hanging.start();
        hangs = System.nanoTime() + LONG_ENOUGH_TO_HANG.toNanos();
    }

    @AfterAll
    void removeWhatHangs() throws IOException {
        hanging.close();
    }

    @ParameterizedTest
    @EnumSource
    void aRightChangeIsKeptAndItsUndoIsAsBeforeBesideAnyNoise(Noise noise) throws IOException {
        NoisyRuns runs = new NoisyRuns(noise, bench, state);
        runs.run(1);
        assertThat(runs.faults()).isEmpty();
    }

    @Test
    void aServiceThatFailsAtItsFirstStartOnlyIsNotLaidToTheDrop() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.writeService(
                    "chance.service",
                    List.of(),
                    "Type=oneshot",
                    "RemainAfterExit=yes",
                    "ExecStart=/bin/sh -c 'test ! -e /var/lib/armed || test -e /run/again"
                            + " || { touch /run/again; exit 3; }'");
            container.enableOnDisk("chance.service");
            container.boot();
            assertThat(container.failedUnits()).doesNotContain("chance.service");
            container.write("/var/lib/armed", "", "rw-r--r--");
            Command.Result applied = Tool.of(bench, state).run("apply", container.name(), "--yes");
            assertThat(applied.exit()).as(applied.toString()).isZero();
            assertThat(applied.out().replaceAll("\\s+", " "))
                    .contains(
                            "chance.service: forecast active, is failed: failed in this boot, and")
                    .contains("verdict: better, the container is running");
            assertThat(container.config()).contains("lxc.cap.drop");
            assertThat(container.failedUnits()).isEmpty();
        }
    }

    @Test
    @Order(1)
    void aBootThatHangsIsRefusedByName() {
        Command.Result refused =
                Tool.of(bench, state).run("apply", hanging.name(), "--yes", "--timeout", "15s");
        assertThat(refused.exit()).as(refused.toString()).isEqualTo(1);
        assertThat(refused.err())
                .containsPattern("refused: its boot has not ended.*hang.service, [0-9]+ s")
                .doesNotContain("list-jobs");
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void aBootIsComparedOnceItIsPlainThatItHangs() throws Exception {
        while (System.nanoTime() < hangs) {
            Thread.sleep(Duration.ofSeconds(1));
        }
        Command.Result applied = Tool.of(bench, state).run("apply", hanging.name(), "--yes");
        assertThat(applied.exit()).as(applied.toString()).isZero();
        assertThat(applied.out()).contains("verdict: better, the container is starting");
        assertThat(hanging.config()).contains("lxc.cap.drop");
    }
}
