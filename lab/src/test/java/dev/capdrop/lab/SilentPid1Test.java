package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.lab.SilentPid1.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A PID 1 that has whoever attaches to it wait for a file system of its own container: a command
/// ends in its time all the same, and leaves nothing behind.
@NeedsContainers
final class SilentPid1Test {
    private static final Duration SOON = Duration.ofMinutes(10);

    /// Something that hardly any program asks for: what forbids nothing that matters is a filter,
    /// too.
    private static final String FILTER = "2\ndenylist\n[all]\nkexec_load errno 1\n";

    @TempDir Path folder = Path.of("");
    private final Bench bench = Bench.shared();

    @BeforeEach
    void theHostHasFuse() {
        assumeTrue(Files.exists(Path.of("/dev/fuse")), "/dev/fuse is not there");
    }

    private Command.Result run(String... words) {
        return Tool.of(bench, folder.resolve("state")).command(words).within(SOON).run();
    }

    private static String status(LabContainer container) throws IOException {
        return Files.readString(Path.of("/proc", "" + container.initPid(), "status"));
    }

    /// The bytes of the page that PID 1 waits in are withheld from who is outside of the container.
    @Test
    void oneWhoseCodeNoTracerMayReadGivesUpWhatItIsTaken() throws IOException {
        try (SilentPid1 silent =
                SilentPid1.start(bench, Privilege.PRIVILEGED, Kind.WITHHELD_CODE)) {
            LabContainer container = silent.container();
            Command.Result apply =
                    run(
                            "apply",
                            container.name(),
                            "--live",
                            "--live-honoured",
                            "--goal",
                            "none",
                            "--drop",
                            "sys_pacct",
                            "--yes");
            assertThat(apply.exit()).as(apply.toString()).isZero();
            assertThat(apply.out()).contains("sys_pacct is gone");
            assertThat(status(container)).contains("\nTracerPid:\t0\n");
            assertThat(container.attachOrFail("systemctl", "daemon-reload")).isEmpty();
            container.kill();
        }
    }

    /// Who reads them waits for the program that serves those pages, beyond SIGKILL.
    @Test
    void oneWhoseArgumentsNobodyOutsideMayReadIsNotAskedForThem() throws IOException {
        try (SilentPid1 silent =
                SilentPid1.start(bench, Privilege.UNPRIVILEGED, Kind.WITHHELD_ARGUMENTS)) {
            for (String command : List.of("check", "plan")) {
                Command.Result looked =
                        Tool.of(bench, folder.resolve("state"))
                                .command(command, silent.container().name())
                                .within(Duration.ofSeconds(150))
                                .run();
                assertThat(looked.exit()).as(looked.toString()).isEqualTo(2);
                assertThat((looked.out() + looked.err()).replaceAll("\\s+", " "))
                        .as(looked.toString())
                        .contains("PID 1 has its cmdline in a file of its own");
            }
            silent.container().kill();
        }
    }

    private SilentPid1 executing() throws IOException {
        Path filter = Files.writeString(folder.resolve("filter"), FILTER);
        return SilentPid1.start(
                bench, Privilege.UNPRIVILEGED, Kind.EXECUTES, "lxc.seccomp.profile = " + filter);
    }

    /// It sees the first attach by its wait's EINTR, and then holds what the next attach waits for.
    @Test
    void oneThatExecutesWhatNeverComesIsWrittenAndNotLive() throws IOException {
        try (SilentPid1 silent = executing()) {
            LabContainer container = silent.container();
            Command.Result apply = run("apply", container.name(), "--live", "--yes");
            assertThat(apply.exit()).as(apply.toString()).isEqualTo(1);
            assertThat(apply.out().replaceAll("\\s+", " "))
                    .as(apply.toString())
                    .contains("written, not live: ", "PID 1 does not answer");
            assertThat(container.config()).contains("lxc.cap.drop");
            assertThat(status(container)).contains("\nTracerPid:\t0\n");
            Command.Result undo = run("undo", container.name(), "--no-restart", "--yes");
            assertThat(undo.exit()).as("the lock is free: " + undo).isZero();
            silent.release();
            container.kill();
            assertThat(container.running()).isFalse();
        }
    }

    /// The other one is read for as long as one that boots may take, and 30 s more.
    @Test
    void afterOneThatDoesNotAnswerTheNextContainerHasItsTurn() throws IOException {
        try (SilentPid1 silent = executing();
                LabContainer good = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            good.boot();
            Command.Result apply = run("apply", "--all", "--live", "--yes", "--timeout", "5s");
            assertThat(apply.exit()).as(apply.toString()).isEqualTo(1);
            assertThat(apply.out().replaceAll("\\s+", " "))
                    .as(apply.toString())
                    .containsPattern("gave no answer|did not answer")
                    .doesNotContain("not begun");
            assertThat(good.settled()).isEqualTo("running");
            assertThat(status(silent.container())).contains("\nTracerPid:\t0\n");
        }
    }
}
