package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a restart alone changes is forecast or reported, and is no reason to go back.
@NeedsContainers
final class RestartEffectsTest {
    private static final String RUNS = "ExecStart=/bin/sleep infinity";
    private static final List<String> NEEDS_UPDATE =
            List.of(
                    "ldconfig.service",
                    "systemd-journal-catalog-update.service",
                    "systemd-sysusers.service",
                    "systemd-update-done.service");

    @TempDir Path state = Path.of("");
    private final Bench bench = Bench.shared();

    @Test
    void whatOnlyAFirstBootStartsIsForecastAsSkipped() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            Tool tool = Tool.of(bench, state);
            String plan = flat(tool.run("plan", container.name(), "--verbose"));
            for (String unit : NEEDS_UPDATE) {
                assertThat(plan)
                        .containsPattern("active -> skipped, by the restart alone: [^>]*" + unit);
            }
            MainJobTest.assertAllAsForecast(tool.run("apply", container.name(), "--yes"));
            assertThat(flat(tool.run("plan", container.name(), "--verbose")))
                    .doesNotContain("by the restart alone");
        }
    }

    @Test
    void whatWasStartedByHandIsAnnouncedAndItsEndIsNoReasonToGoBack() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.writeService("by-hand.service", List.of(), RUNS);
            container.boot();
            container.attachOrFail("systemctl", "start", "by-hand.service");
            container.attachOrFail("systemd-run", "--unit=run-by-hand", "/bin/sleep", "infinity");
            container.attachOrFail("mount", "-t", "tmpfs", "tmpfs", "/mnt");
            // systemd looks at a changed mount table once in a while only
            container.attachOrFail(
                    "timeout",
                    "20",
                    "sh",
                    "-c",
                    "until systemctl is-active mnt.mount; do sleep 0.1; done");
            container.attachOrFail(
                    "systemd-run",
                    "--unit=session-1.scope",
                    "--scope",
                    "/bin/sh",
                    "-c",
                    "sleep infinity </dev/null >/dev/null 2>&1 &");
            Tool tool = Tool.of(bench, state);
            Command.Result apply = tool.run("apply", container.name(), "--yes");
            assertThat(flat(apply))
                    .containsPattern(
                            "ended by the restart: was started by hand or on demand \\(3\\)"
                                    + "( (mnt.mount|by-hand.service|run-by-hand.service)){3} ")
                    .contains(
                            "ended by the restart: belongs to a login session (1) session-1.scope");
            endsRunning(apply);
            assertThat(container.attach("systemctl", "is-active", "by-hand", "mnt.mount").out())
                    .isEqualTo("inactive\ninactive\n");
        }
    }

    @Test
    void editsThatWaitForTheRestartAreListedAndLeftOpen() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.writeService("edited.service", List.of(), RUNS);
            container.enableOnDisk("edited.service");
            container.writeService("late.service", List.of(), RUNS);
            container.boot();
            container.attachOrFail("systemctl", "enable", "late.service");
            container.writeService("edited.service", List.of(), "ExecStart=/bin/false");
            Tool tool = Tool.of(bench, state);
            Command.Result apply = tool.run("apply", container.name(), "--yes", "--verbose");
            assertThat(flat(apply))
                    .contains("undecided: its files changed since systemd read them (1) edited.s")
                    .contains("this boot has not tried to start it (1) late.s")
                    .contains("the files of 1 of its units changed since systemd read them")
                    .contains("edited.service: forecast active, is failed")
                    .contains("not caused by the drop");
            assertThat(apply.exit()).as(apply.toString()).isZero();
            assertThat(container.config()).contains("lxc.cap.drop = sys_module sys_rawio");
            assertThat(container.failedUnits()).containsExactly("edited.service");
            assertThat(container.attachOrFail("systemctl", "is-active", "late.service"))
                    .isEqualTo("active");
        }
    }

    @Test
    void afterADaemonReloadThePlanIsTheSame() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            Tool tool = Tool.of(bench, state);
            container.attachOrFail("systemctl", "daemon-reload");
            assertThat(flat(tool.run("check", container.name())))
                    .contains("CAP_SYS_RAWIO is in the bounding set")
                    .contains("CAP_SYS_MODULE is in the bounding set")
                    .contains("drops sys_module sys_rawio: 2 failed units");
            endsRunning(tool.run("apply", container.name(), "--yes"));
            container.attachOrFail("systemctl", "daemon-reload");
            MainJobTest.assertAllAsForecast(tool.run("undo", container.name(), "--yes"));
        }
    }

    @Test
    void aDifferenceThatTheDropCannotCauseIsReportedAndKept() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.writeService(
                    "once.service", List.of("ConditionPathExists=/run/made-by-hand"), RUNS);
            container.enableOnDisk("once.service");
            container.boot();
            container.attachOrFail("touch", "/run/made-by-hand");
            container.attachOrFail("systemctl", "start", "once.service");
            container.writeService("new.service", List.of(), "ExecStart=/bin/false");
            container.enableOnDisk("new.service");
            Tool tool = Tool.of(bench, state);
            Command.Result apply = tool.run("apply", container.name(), "--yes");
            assertThat(apply.exit()).as(apply.toString()).isZero();
            assertThat(flat(apply))
                    .contains(
                            "once.service: forecast active, is skipped:"
                                    + " ConditionPathExists=/run/made-by-hand does not hold; not"
                                    + " caused by the drop")
                    .contains("new.service: forecast not-started, is failed")
                    .contains("verdict: better, the container is degraded");
            assertThat(container.config()).contains("lxc.cap.drop = sys_module sys_rawio");
            assertThat(container.failedUnits()).containsExactly("new.service");
        }
    }

    private static void endsRunning(Command.Result apply) {
        assertThat(apply.exit()).as(apply.toString()).isZero();
        assertThat(apply.out()).endsWith("verdict: better, the container is running\n");
        MainJobTest.assertAllAsForecast(apply);
    }

    /// What was printed, without its line breaks and indents.
    private static String flat(Command.Result result) {
        return result.out().replaceAll("\\s+", " ");
    }
}
