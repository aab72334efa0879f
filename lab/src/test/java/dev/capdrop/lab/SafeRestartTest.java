package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is restarted comes back, or is said not to.
@NeedsContainers
final class SafeRestartTest {
    @TempDir Path state = Path.of("");
    private final Bench bench = Bench.shared();

    @Test
    void aUnitThatTheDropBreaksBringsTheOldStateBack() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            // no forecast can know that a program asks for what the kernel never honours
            SmallBoot.of(container, "raw.service");
            SmallBoot.service(
                    container.rootfs(),
                    "raw.service",
                    "Type=exec",
                    "ExecStartPre=/bin/sh -c 'capsh --has-b=cap_sys_rawio'",
                    "ExecStart=sleep infinity");
            container.boot();
            String before = container.config();
            Command.Result apply = Tool.of(bench, state).run("apply", container.name(), "--yes");
            assertThat(apply.exit()).as(apply.toString()).isEqualTo(1);
            assertThat(apply.out().replaceAll("\\s+", " "))
                    .contains("raw.service: forecast active, is failed")
                    .contains("rolled back: the old configuration is back; degraded; forecast");
            assertThat(container.config()).isEqualTo(before);
            assertThat(container.settled()).isEqualTo("degraded");
            assertThat(container.attachOrFail("systemctl", "is-active", "raw.service"))
                    .isEqualTo("active");
        }
    }

    @Test
    void aStoppedContainerIsEditedAndStaysStopped() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            Tool tool = Tool.of(bench, state);
            String before = container.config();
            Command.Result apply =
                    tool.run(
                            "apply",
                            container.name(),
                            "--goal",
                            "none",
                            "--drop",
                            "sys_rawio",
                            "--yes");
            assertThat(apply.exit()).as(apply.toString()).isZero();
            assertThat(container.config()).isEqualTo(before + "lxc.cap.drop = sys_rawio\n");
            assertThat(container.running()).isFalse();
            Command.Result undo = tool.run("undo", container.name(), "--yes");
            assertThat(undo.exit()).as(undo.toString()).isZero();
            assertThat(container.config()).isEqualTo(before);
            assertThat(container.running()).isFalse();
        }
    }

    @Test
    void whatDoesNotShutDownInTimeIsKilledOnlyWhenAllowed() throws IOException {
        try (LabContainer container = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            stubborn(container);
            container.boot();
            container.attachOrFail("systemctl", "start", "stubborn.service");
            Tool tool = Tool.of(bench, state);
            String before = container.config();
            long init = container.initPid();
            Command.Result apply = tool.run("apply", container.name(), "--yes", "--timeout", "15s");
            assertThat(apply.exit()).as(apply.toString()).isEqualTo(1);
            assertThat(apply.out().replaceAll("\\s+", " "))
                    .containsPattern("still runs \\d+ s after it was to stop")
                    .contains("nothing was killed")
                    .contains("the container will be down once it ends");
            assertThat(container.config()).isEqualTo(before);
            assertThat(container.initPid()).isEqualTo(init);
            letGo(container);

            container.boot();
            container.attachOrFail("systemctl", "start", "stubborn.service");
            Command.Result forced =
                    tool.run(
                            "apply", container.name(), "--yes", "--timeout", "15s", "--force-stop");
            assertThat(forced.exit()).as(forced.toString()).isZero();
            assertThat(forced.out()).endsWith("the container is running\n");

            container.attachOrFail("systemctl", "start", "stubborn.service");
            Command.Result undo = tool.run("undo", container.name(), "--yes", "--timeout", "15s");
            assertThat(undo.exit()).as(undo.toString()).isEqualTo(2);
            assertThat(undo.err()).contains("nothing was killed", "it may still shut down");
            letGo(container);
            Command.Result finished = tool.run("undo", container.name(), "--yes");
            assertThat(finished.exit()).as(finished.toString()).isZero();
            assertThat(container.config()).isEqualTo(before);
            assertThat(container.settled()).isEqualTo("degraded");
        }
    }

    @Test
    void aContainerWhoseBootDoesNotEndIsNotRestarted() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            SmallBoot.of(container, "endless.service");
            SmallBoot.service(
                    container.rootfs(),
                    "endless.service",
                    "Type=oneshot",
                    "ExecStart=/bin/sh -c ': >/here; exec sleep infinity'",
                    "TimeoutStartSec=infinity");
            container.start();
            while (!container.has("/here")) {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
            String before = container.config();
            Tool tool = Tool.of(bench, state);
            Command.Result apply = tool.run("apply", container.name(), "--yes", "--timeout", "15s");
            assertThat(apply.exit()).as(apply.toString()).isEqualTo(1);
            assertThat(apply.err().replaceAll("\\s+", " "))
                    .containsPattern(
                            "refused: its boot has not ended.*waiting for .*endless.service.*, [0-9]+ s");
            assertThat(apply.out().replaceAll("\\s+", " "))
                    .containsPattern("its boot has not ended: waiting for .*endless.service");
            assertThat(container.config()).isEqualTo(before);
        }
    }

    @Test
    void withoutARestartTheFirstCheckAfterAnyonesRestartVerifies() throws IOException {
        try (LabContainer container = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            Tool tool = Tool.of(bench, state);
            long init = container.initPid();
            Command.Result apply = tool.run("apply", container.name(), "--yes", "--no-restart");
            assertThat(apply.exit()).as(apply.toString()).isZero();
            assertThat(apply.out()).contains("waits for a restart");
            assertThat(container.initPid()).isEqualTo(init);
            Command.Result waiting = tool.run("check", container.name());
            assertThat(waiting.exit()).isEqualTo(1);
            assertThat(waiting.out()).contains("waits for the next restart");
            rebootFromInside(container, init);
            Command.Result rebooted = tool.run("check", container.name());
            assertThat(rebooted.out())
                    .as("LXC keeps the configuration that the container was started with")
                    .contains("waits for the next restart")
                    .doesNotContain("as forecast");
            container.shutDown();
            assertThat(container.boot()).isEqualTo("running");
            Command.Result check = tool.run("check", container.name());
            assertThat(check.exit()).as(check.toString()).isZero();
            assertThat(check.out()).containsPattern("forecast ([0-9]+) units, \\1 as forecast");
            assertThat(tool.run("check", container.name()).out()).doesNotContain("as forecast");
        }
    }

    private static void rebootFromInside(LabContainer container, long init) throws IOException {
        container.attach("systemctl", "reboot");
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!container.running() || container.initPid() == init) {
            assertThat(System.nanoTime()).as("the reboot takes too long").isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
        assertThat(container.settled()).isEqualTo("degraded");
    }

    @Test
    void neitherAHangUpNorAClosedPipeStopsAChange() throws IOException {
        try (LabContainer container = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            Tool tool = Tool.of(bench, state);
            String before = container.config();
            Command.Result hungUp =
                    tool.signalledAt("HUP", "shutting ", "apply", container.name(), "--yes");
            assertThat(hungUp.err()).contains("signalled");
            assertThat(hungUp.exit()).as(hungUp.toString()).isZero();
            assertThat(hungUp.out()).endsWith("verdict: better, the container is running\n");
            assertThat(container.settled()).isEqualTo("running");
            Command.Result closed = tool.withoutReaders("undo", container.name(), "--yes");
            assertThat(closed.exit()).as(closed.toString()).isZero();
            assertThat(container.config()).isEqualTo(before);
            assertThat(container.settled()).isEqualTo("degraded");
        }
    }

    @Test
    void nothingIsTouchedWithoutConsent() throws IOException {
        try (LabContainer container = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            Tool tool = Tool.of(bench, state);
            String before = container.config();
            long init = container.initPid();
            Command.Result alone = tool.run("apply", container.name());
            assertThat(alone.exit()).as(alone.toString()).isEqualTo(2);
            assertThat(alone.err()).contains("there is no terminal: say --yes");
            Command.Result declined = tool.runOnTerminal("n\n", "apply", container.name());
            assertThat(declined.exit()).as(declined.toString()).isEqualTo(1);
            assertThat(declined.out())
                    .contains("lxc.cap.drop = sys_rawio")
                    .contains("will be shut down and started")
                    .contains("nothing was changed");
            assertThat(container.config()).isEqualTo(before);
            assertThat(container.initPid()).isEqualTo(init);
        }
    }

    /// A service whose stop ends when it is let go.
    private static void stubborn(LabContainer container) throws IOException {
        container.writeService(
                "stubborn.service",
                List.of(
                        "DefaultDependencies=no",
                        "Conflicts=shutdown.target",
                        "Before=shutdown.target"),
                "ExecStart=/bin/sh -c 'trap \"\" TERM; until [ -e /let-go ]; do sleep 0.2; done'",
                "ExecStartPre=/bin/rm -f /let-go",
                "KillMode=process",
                "TimeoutStopSec=5min");
    }

    private static void letGo(LabContainer container) throws IOException {
        container.write("/let-go", "", "rw-r--r--");
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (container.running()) {
            assertThat(System.nanoTime()).as("still running").isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }
}
