package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `check` says today of a container's next start, and that the start comes as said.
@NeedsContainers
final class TomorrowTest {
    private static final String AGAIN =
            "running, but its configuration no longer drops sys_module sys_rawio: degraded again at"
                    + " the next start";

    @TempDir Path state = Path.of("");
    private final Bench bench = Bench.shared();
    private Tool tool;

    @BeforeEach
    void open() {
        tool = Tool.of(bench, state);
    }

    @Test
    void aDropThatTheConfigurationLostIsNamedAndWrittenAgainWithoutARestart() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            assertThat(container.boot()).isEqualTo("degraded");
            String lost = container.config();
            assertThat(tool.run("apply", container.name(), "--yes").exit()).isZero();
            String healed = container.config();
            assertThat(tool.run("check", container.name()).exit()).isZero();
            long init = container.initPid();
            container.setConfig(lost);
            // systemd forgets the results of conditions, as it does whenever a package is upgraded
            container.attachOrFail("systemctl", "daemon-reload");
            Command.Result check = tool.run("check", container.name());
            assertThat(check.exit()).as(check.toString()).isEqualTo(1);
            assertThat(oneLine(check))
                    .contains(AGAIN)
                    .contains("sys-kernel-debug.mount is skipped now and will be started again")
                    .contains("the kernel refuses what it is for")
                    .contains("systemd-modules-load.service is skipped now")
                    .contains("it had failed so before capdrop's change")
                    .contains("in its configuration, without a restart");
            assertThat(oneLine(tool.run("status")))
                    .contains("its configuration no longer drops sys_module sys_rawio")
                    .contains("until the next start: degraded again then");
            Command.Result plan = tool.run("plan", container.name());
            assertThat(plan.exit()).as(plan.toString()).isEqualTo(1);
            assertThat(oneLine(plan))
                    .contains("its configuration no longer drops sys_module sys_rawio: degraded")
                    .contains("no restart is needed");
            healsWithoutRestart(container, healed, init);
            container.setConfig(lost);
            container.shutDown();
            assertThat(container.boot()).isEqualTo("degraded");
            assertThat(container.failedUnits())
                    .containsExactly("sys-kernel-debug.mount", "systemd-modules-load.service");
        }
    }

    private void healsWithoutRestart(LabContainer container, String healed, long init)
            throws IOException {
        Command.Result apply = tool.run("apply", container.name(), "--yes");
        assertThat(apply.exit()).as(apply.toString()).isZero();
        assertThat(oneLine(apply))
                .contains(
                        "nothing was restarted: its PID 1 is without sys_module sys_rawio already,"
                                + " and will be after the next start");
        assertThat(container.config()).isEqualTo(healed);
        assertThat(container.initPid()).isEqualTo(init);
        Command.Result check = tool.run("check", container.name());
        assertThat(check.exit()).as(check.toString()).isZero();
    }

    @Test
    void afterAnUndoThatWaitsForARestartApplyHealsTheConfiguration() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            assertThat(container.boot()).isEqualTo("degraded");
            assertThat(tool.run("apply", container.name(), "--yes").exit()).isZero();
            String healed = container.config();
            long init = container.initPid();
            Command.Result undo = tool.run("undo", container.name(), "--yes", "--no-restart");
            assertThat(undo.exit()).as(undo.toString()).isZero();
            Command.Result check = tool.run("check", container.name());
            assertThat(check.exit()).as(check.toString()).isEqualTo(1);
            assertThat(oneLine(check)).contains(AGAIN);
            healsWithoutRestart(container, healed, init);
            container.shutDown();
            assertThat(container.boot()).isEqualTo("running");
        }
    }

    @Test
    void whatTheProgramThatStartsSystemdTakesAwayIsNotBackAtTheNextStart() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.setConfig(
                    container.config()
                            + "lxc.init.cmd = /sbin/capsh --drop=cap_sys_rawio"
                            + " --shell=/lib/systemd/systemd --\n");
            assertThat(container.boot()).isEqualTo("degraded");
            assertThat(container.failedUnits()).containsExactly("systemd-modules-load.service");
            String[] line = {
                "apply", container.name(), "--yes", "--goal", "none", "--drop", "sys_module"
            };
            Command.Result apply = tool.run(line);
            assertThat(apply.exit()).as(apply.toString()).isZero();
            assertThat(container.settled()).isEqualTo("running");
            for (String command : List.of("check", "status")) {
                Command.Result said = tool.run(command, container.name());
                assertThat(said.exit()).as(said.toString()).isZero();
                assertThat(oneLine(said)).doesNotContain("no longer drops");
            }
            Command.Result plan = tool.run("plan", container.name());
            assertThat(oneLine(plan)).doesNotContain("no longer drops");
            container.shutDown();
            assertThat(container.boot()).isEqualTo("running");
        }
    }

    @Test
    void aConfigurationThatTakesWhatAServiceNeedsIsNamedBeforeTheServiceIsLost()
            throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.writeService(
                    "router.service",
                    List.of("ConditionCapability=CAP_NET_ADMIN"),
                    "ExecStart=/bin/sleep infinity");
            container.enableOnDisk("router.service");
            container.boot();
            assertThat(tool.run("apply", container.name(), "--yes").exit()).isZero();
            container.setConfig(container.config() + "lxc.cap.drop = net_admin\n");
            Command.Result check = tool.run("check", container.name());
            assertThat(check.exit()).as(check.toString()).isEqualTo(1);
            assertThat(oneLine(check))
                    .contains(
                            "running, but its configuration drops net_admin, which its PID 1 still"
                                    + " holds: the next start loses what works now")
                    .contains(
                            "router.service would be skipped: ConditionCapability=CAP_NET_ADMIN"
                                    + " does not hold")
                    .contains(": lxc.cap.drop = net_admin");
            container.shutDown();
            container.boot();
            assertThat(container.attach("systemctl", "is-active", "router.service").out().strip())
                    .isEqualTo("inactive");
        }
    }

    @Test
    void aContainerThatNeverBootedGetsTheWholeRemedyAndRunsAsSaid() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            Command.Result check = tool.run("check", container.name());
            assertThat(check.exit()).as(check.toString()).isEqualTo(1);
            assertThat(oneLine(check))
                    .contains("at its next boot 1 unit fails, 1 more may")
                    .contains("the kernel will refuse what the unit is for")
                    .contains("systemd-modules-load.service will be started, because")
                    .contains("1 that may fail will be skipped")
                    .doesNotContain("the kernel refused");
            Command.Result plan = tool.run("plan", container.name());
            assertThat(plan.exit()).as(plan.toString()).isEqualTo(1);
            assertThat(plan.out()).contains(" drop sys_module sys_rawio");
            Command.Result apply = tool.run("apply", container.name(), "--yes");
            assertThat(apply.exit()).as(apply.toString()).isZero();
            Command.Result healed = tool.run("check", container.name());
            assertThat(healed.exit()).as(healed.toString()).isZero();
            assertThat(container.boot()).isEqualTo("running");
        }
    }

    @Test
    void aFirewallThatAOneshotHasLoadedIsNotLostWithoutAWord() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.writeService(
                    "firewall.service",
                    List.of("ConditionCapability=CAP_NET_ADMIN"),
                    "Type=oneshot",
                    "RemainAfterExit=yes",
                    "ExecStart=/bin/sh -c 'ip link set lo mtu 60000'");
            container.enableOnDisk("firewall.service");
            container.boot();
            String[] drop = {
                "apply", container.name(), "--yes", "--goal", "none", "--drop", "net_admin"
            };
            long init = container.initPid();
            Command.Result refused = tool.run(drop);
            assertThat(refused.exit()).as(refused.toString()).isEqualTo(1);
            assertThat(oneLine(refused))
                    .contains("conflict: --drop net_admin and keeping firewall.service, ");
            assertThat(container.initPid()).isEqualTo(init);
            List<String> given = new ArrayList<>(List.of(drop));
            for (String unit :
                    List.of("firewall.service", "proc-sys-net.mount", "systemd-sysctl.service")) {
                given.addAll(List.of("--allow-skip", unit));
            }
            Command.Result apply = tool.run(given.toArray(String[]::new));
            assertThat(apply.exit()).as(apply.toString()).isZero();
            assertThat(container.attach("systemctl", "is-active", "firewall.service").out())
                    .isEqualTo("inactive\n");
        }
    }

    private static String oneLine(Command.Result result) {
        return result.out().replaceAll("\\s+", " ");
    }
}
