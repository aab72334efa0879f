package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The main job for a container that only a `VMID.conf` describes, on the stand-in node.
@NeedsContainers
final class ProxmoxJobTest {
    private static final String DESCRIBED =
            """
            #web of the lab%3A
            # second line of the notes
            arch: amd64
            hostname: web
            ostype: debian
            startup: order=2
            unprivileged: 1
            lxc.environment: A=b
            lxc.cap.drop: mknod
            """;
    private static final String WAITING =
            """

            [pve:pending]
            hostname: renamed
            """;
    private static final String SNAPSHOTS =
            """

            [before]
            arch: amd64
            hostname: old
            ostype: debian
            parent: first
            snaptime: 1700000100
            unprivileged: 1
            lxc.cap.drop: net_raw

            [first]
            #old state
            arch: amd64
            hostname: older
            ostype: debian
            snaptime: 1700000000
            unprivileged: 1
            """;

    @TempDir Path temp = Path.of("");
    private final Bench bench = Bench.shared();
    private StandInNode node;
    private Tool tool;

    @BeforeEach
    void open() throws IOException {
        node = StandInNode.in(bench, temp);
        tool = node.tool(temp.resolve("state"));
    }

    @Test
    void aDegradedContainerIsHealedAndBroughtBackAndEveryLineOfItsFileStays() throws IOException {
        try (StandInNode.Guest guest = node.make(Suite.BOOKWORM, DESCRIBED + SNAPSHOTS)) {
            assertThat(guest.boot()).isEqualTo("degraded");
            // after the start: what it brings would be applied by it
            guest.setConf(DESCRIBED + WAITING + SNAPSHOTS);
            String vmid = guest.vmid();
            Command.Result check = tool.run("check");
            assertThat(check.exit()).as(check.toString()).isEqualTo(1);
            assertThat(check.out())
                    .startsWith("VMID       NAME  STATE     FAILED  CAUSE\n")
                    .contains(vmid + "  web   degraded  1       starts for inert sys_rawio\n")
                    .contains("  FIX  capdrop apply " + vmid + " --lxc-path ");
            Command.Result applied = tool.run("apply", vmid, "--yes");
            assertThat(applied.exit()).as(applied.toString()).isZero();
            MainJobTest.assertAllAsForecast(applied);
            assertThat(applied.out()).endsWith("verdict: better, the container is running\n");
            assertThat(guest.container().settled()).isEqualTo("running");
            String renamed = DESCRIBED.replace("hostname: web", "hostname: renamed");
            assertThat(guest.conf()).isEqualTo(renamed + "lxc.cap.drop: sys_rawio\n" + SNAPSHOTS);
            Command.Result status = tool.run("status", vmid);
            assertThat(status.exit()).as(status.toString()).isZero();
            assertThat(status.out())
                    .startsWith("pve:" + vmid + "  as it was left\n")
                    .contains("a rollback would lose it: to the snapshots before, first\n");
            Command.Result undone = tool.run("undo", "pve:" + vmid, "--yes");
            assertThat(undone.exit()).as(undone.toString()).isZero();
            assertThat(guest.container().settled()).isEqualTo("degraded");
            assertThat(guest.conf()).isEqualTo(renamed + SNAPSHOTS);
        }
    }

    @Test
    void whatTheHaManagerDoesLaterIsWaitedFor() throws IOException {
        try (StandInNode.Guest guest = node.make(Suite.BOOKWORM, DESCRIBED)) {
            assertThat(guest.boot()).isEqualTo("degraded");
            Files.writeString(
                    node.pveDir().resolve("ha/resources.cfg"),
                    "ct: " + guest.vmid() + "\n\tstate started\n");
            Command.Result applied = tool.run("apply", guest.vmid(), "--yes");
            assertThat(applied.exit()).as(applied.toString()).isZero();
            assertThat(applied.out()).endsWith("verdict: better, the container is running\n");
        }
    }

    @Test
    void whatTheRuntimeLendsIsKeptByGoalInert() throws IOException {
        String lent = DESCRIBED.replace("lxc.cap.drop: mknod\n", "") + "features: mknod=1\n";
        try (StandInNode.Guest guest = node.make(Suite.BULLSEYE, lent)) {
            guest.boot();
            Command.Result plan = tool.run("plan", guest.vmid(), "--goal", "inert");
            assertThat(oneLine(plan.out()))
                    .contains(
                            "kept: mknod, features: mknod=1 has device nodes made with the"
                                    + " capabilities of the program that asks")
                    .contains("drop linux_immutable sys_module sys_rawio");
        }
    }

    @Test
    void whatMayNotBeChangedIsRefusedInASentence() throws IOException {
        try (StandInNode.Guest guest = node.make(Suite.BOOKWORM, "lock: backup\n" + DESCRIBED)) {
            for (String command : List.of("apply", "undo")) {
                Command.Result refused = tool.run(command, guest.vmid(), "--yes");
                assertThat(refused.exit()).as(refused.toString()).isEqualTo(1);
                assertThat(oneLine(refused.err()))
                        .isEqualTo(
                                "capdrop: refused: it is locked by Proxmox VE (backup); wait until that has ended, or run 'pct unlock %s' if it was interrupted"
                                        .formatted(guest.vmid()));
            }
            assertThat(guest.conf()).isEqualTo("lock: backup\n" + DESCRIBED);
        }
    }

    private static String oneLine(String wrapped) {
        return wrapped.strip().replaceAll("\n +", " ");
    }
}
