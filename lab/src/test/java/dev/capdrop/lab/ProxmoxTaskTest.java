package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.lab.StandInNode.Guest;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.runtime.HostRuntime;
import dev.capdrop.linux.runtime.HostRuntimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A shutdown of Proxmox VE is a task that outlives the pct that began it, and holds the
/// configuration's lock for as long as it lasts.
@NeedsContainers
final class ProxmoxTaskTest {
    private static final String CONF =
            "arch: amd64\nhostname: slow\nostype: debian\nunprivileged: 1\n";

    /// What a slow guest stops by.
    private static final String STOP = "/stops";

    /// Makes that as soon as capdrop, of whose words the file is, waits for something.
    private static final String STOPS =
            """
            said=$1; shift; "$@" 2>"$said" & pid=$!
            until grep -q 'waiting for' "$said" || ! kill -0 $pid; do sleep 0.1; done
            touch "$0"; wait $pid; status=$?; cat "$said" >&2; exit $status
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

    /// A guest that does not stop before it is killed, or has [#STOP].
    private Guest bootSlow() throws IOException {
        Guest guest = node.make(Suite.BOOKWORM, CONF);
        guest.container()
                .writeService(
                        "slow.service",
                        List.of(
                                "DefaultDependencies=no",
                                "Conflicts=shutdown.target",
                                "Before=shutdown.target"),
                        "ExecStart=/bin/sh -c 'trap \"\" TERM; until test -e "
                                + STOP
                                + "; do sleep 0.5; done'",
                        "KillMode=process",
                        "TimeoutStopSec=5min");
        SmallBoot.of(guest.container(), "slow.service");
        guest.boot();
        return guest;
    }

    private static String oneLine(String wrapped) {
        return wrapped.strip().replaceAll("\\s+", " ");
    }

    @Test
    void theTagIsThereWhereItWasAskedForUntilAllIsUndone() throws IOException {
        String[] apply = {"apply", "", "--yes", "--goal", "none", "--drop", "mknod", "--tag"};
        for (String tags : List.of("", "tags: prod\n")) {
            try (Guest guest = node.make(Suite.BOOKWORM, CONF + tags)) {
                apply[1] = guest.vmid();
                Command.Result tagged = tool.run(apply);
                assertThat(tagged.exit()).as(tagged.toString()).isZero();
                assertThat(guest.conf())
                        .contains(tags.isEmpty() ? "tags: capdrop\n" : "tags: prod;capdrop\n")
                        .endsWith("lxc.cap.drop: mknod\n");
                apply[6] = "sys_rawio";
                assertThat(tool.run(apply).exit()).isZero();
                assertThat(tool.run("undo", guest.vmid(), "--yes").exit()).isZero();
                assertThat(guest.conf()).contains("capdrop\n", "lxc.cap.drop: mknod\n");
                assertThat(tool.run("undo", guest.vmid(), "--yes").exit()).isZero();
                assertThat(guest.conf().lines().sorted().toList())
                        .isEqualTo((CONF + tags).lines().sorted().toList());
                apply[6] = "mknod";
                apply[7] = "--no-restart";
                assertThat(tool.run(apply).exit()).isZero();
                assertThat(guest.conf()).doesNotContain("capdrop");
                apply[7] = "--tag";
            }
        }
    }

    /// As of a guest that was made of an OCI image.
    @Test
    void theEntrypointOfAGuestIsItsFirstProgramBeforeAndAfterItsStart() throws IOException {
        String conf = CONF + "entrypoint: /bin/sleep infinity\n";
        try (Guest guest = node.make(Suite.BOOKWORM, conf)) {
            assertThat(oneLine(tool.run("check", guest.vmid()).out()))
                    .contains("stopped")
                    .contains("has no systemd as /bin/sleep");
            assertThat(node.pct("start", guest.vmid()).exit()).isZero();
            assertThat(oneLine(tool.run("check", guest.vmid()).out()))
                    .contains("PID 1 is '/usr/bin/sleep', not systemd");
        }
    }

    @Test
    void theTaskThatShutsAGuestDownInVainIsWaitedForAndItsReasonIsKept() throws IOException {
        try (Guest guest = bootSlow();
                Guest other = bootSlow()) {
            long init = guest.container().initPid();
            CompletableFuture<Void> killed = CompletableFuture.runAsync(() -> killed(other));
            // 2T+5 s is more than T and all patience with pct and the lock
            Command.Result apply = tool.run("apply", guest.vmid(), "--yes", "--timeout", "28s");
            assertThat(apply.exit()).as(apply.toString()).isEqualTo(1);
            assertThat(oneLine(apply.out()))
                    .containsPattern("still runs 6[0-9] s after it was to stop")
                    .contains("nothing was killed (--force-stop would)")
                    .contains("lxc-stop", "failed")
                    .contains("the old configuration is back");
            assertThat(guest.conf()).isEqualTo(CONF);
            assertThat(guest.container().initPid()).isEqualTo(init);
            killed.join();
            assertThat(tool.run("status").out()).doesNotContain("interrupted");
        }
    }

    /// One that may be killed is, as soon as its time is over.
    private void killed(Guest guest) {
        long began = System.nanoTime();
        Command.Result apply =
                tool.run("apply", guest.vmid(), "--yes", "--timeout", "40s", "--force-stop");
        assertThat(apply.exit()).as(apply.toString()).isZero();
        assertThat(guest.container().settled()).isEqualTo("running");
        // the shutdown's 40 s, the boot, and no T+5 s more
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(85));
    }

    @Test
    void whatAKilledCapdropHasLeftUnderWayIsSaidAndTakenBackOnce() throws IOException {
        try (Guest guest = bootSlow()) {
            long init = guest.container().initPid();
            Command.Result killed =
                    tool.signalledBeside(
                            "KILL",
                            "shutting ",
                            "task UPID:lab:.*vzshutdown:" + guest.vmid(),
                            "apply",
                            guest.vmid(),
                            "--yes",
                            "--timeout",
                            "60s");
            assertThat(killed.exit()).as(killed.toString()).isEqualTo(137);
            assertThat(guest.conf()).endsWith("lxc.cap.drop: sys_rawio\n");
            assertThat(guest.container().running()).isTrue();
            Path said = temp.resolve("said");
            Command.Result undo =
                    tool.runUnder(
                            List.of(
                                    "bash",
                                    "-c",
                                    STOPS,
                                    guest.container().rootfs() + STOP,
                                    said.toString()),
                            "undo",
                            guest.vmid(),
                            "--yes");
            assertThat(undo.exit()).as(undo.toString()).isZero();
            assertThat(oneLine(undo.err()))
                    .contains("waiting for the end of 'task UPID:lab:")
                    .contains("vzshutdown:" + guest.vmid())
                    .doesNotContain("shutting");
            assertThat(guest.conf()).isEqualTo(CONF);
            assertThat(guest.container().settled()).isEqualTo("degraded");
            assertThat(guest.container().initPid()).isNotEqualTo(init);
        }
    }

    @Test
    void withoutAQuorumNoGuestIsShutDown() throws IOException {
        String obstacle = StandInPmxcfs.obstacle();
        assumeTrue(obstacle.isEmpty(), obstacle);
        Path folder = Files.createDirectory(temp.resolve("cluster"));
        try (StandInPmxcfs pmxcfs = StandInPmxcfs.mountIn(folder)) {
            StandInNode cluster = StandInNode.over(bench, folder);
            Tool there = cluster.tool(temp.resolve("state"));
            try (Guest guest = cluster.make(Suite.BOOKWORM, CONF)) {
                SmallBoot.of(guest.container());
                assertThat(guest.boot()).isEqualTo("degraded");
                long init = guest.container().initPid();
                pmxcfs.loseQuorum();
                Command.Result apply = there.run("apply", guest.vmid(), "--yes");
                assertThat(apply.exit()).as(apply.toString()).isEqualTo(2);
                assertThat(oneLine(apply.err()))
                        .contains("the cluster has no quorum")
                        .contains("see 'pvecm status'; nothing was stopped");
                // as it is lost between the file and the shutdown
                ContainerId id =
                        ContainerId.proxmox(
                                guest.vmid(),
                                bench.lxcPath().toString(),
                                guest.confFile().toString());
                HostRuntime runtime =
                        HostRuntimes.of(bench.lxcPath(), cluster.pveDir(), new RunningContainers())
                                .of(id);
                assertThatThrownBy(() -> runtime.stop(id, Duration.ofSeconds(20), true))
                        .hasMessageContaining("no quorum");
                assertThat(guest.conf()).isEqualTo(CONF);
                assertThat(guest.container().initPid()).isEqualTo(init);
                pmxcfs.regainQuorum();
            }
        }
    }

    @Test
    void aKeyThatProxmoxVesLiblxcKnowsIsNoObstacle() throws IOException {
        try (Guest guest = node.make(Suite.BOOKWORM, CONF)) {
            SmallBoot.of(guest.container());
            String keyed = CONF + "lxc.environment.runtime: A=b\n";
            guest.setConf(keyed);
            assertThat(guest.boot()).isEqualTo("degraded");
            Command.Result apply = tool.run("apply", guest.vmid(), "--yes");
            assertThat(apply.exit()).as(apply.toString()).isZero();
            assertThat(guest.conf()).isEqualTo(keyed + "lxc.cap.drop: sys_rawio\n");
            assertThat(guest.container().settled()).isEqualTo("running");
            assertThat(tool.run("undo", guest.vmid(), "--yes").exit()).isZero();
            assertThat(guest.conf()).isEqualTo(keyed);
        }
    }

    /// What pct looks at before lxc-start.
    @Test
    void aGuestThatPctWouldNotStartAgainIsNotShutDown() throws IOException {
        Path hook = node.snippets().resolve("hook");
        Files.writeString(hook, "#!/bin/sh\nexit 0\n");
        hook.toFile().setExecutable(true);
        String hooked = CONF.replace("ostype", "hookscript: local:snippets/hook\nostype");
        try (Guest guest = node.make(Suite.BOOKWORM, hooked)) {
            SmallBoot.of(guest.container());
            assertThat(guest.boot()).isEqualTo("degraded");
            long init = guest.container().initPid();
            Files.delete(hook);
            assertNotShutDown(guest, "it runs the hookscript 'local:snippets/hook', which is not");
            guest.setConf(CONF.replace("ostype", "dev0: /dev/ttyGone\nostype"));
            assertNotShutDown(guest, "it gets '/dev/ttyGone' as dev0, which is not there");
            assertThat(guest.container().initPid()).isEqualTo(init);
            guest.setConf(hooked);
            guest.container().shutDown();
            Command.Result start = node.pct("start", guest.vmid());
            assertThat(start.out() + start.err())
                    .contains("hookscript error for " + guest.vmid() + " on pre-start: script");
        }
    }

    private void assertNotShutDown(Guest guest, String why) throws IOException {
        String conf = guest.conf();
        Command.Result refused = tool.run("apply", guest.vmid(), "--yes");
        assertThat(refused.exit()).as(refused.toString()).isEqualTo(1);
        assertThat(oneLine(refused.err())).contains("refused: it would not start again: " + why);
        assertThat(guest.conf()).isEqualTo(conf);
    }

    @Test
    void aGuestWhoseBridgeIsGoneIsNotShutDown() throws IOException {
        try (Guest guest = node.make(Suite.BOOKWORM, CONF)) {
            SmallBoot.of(guest.container());
            assertThat(guest.boot()).isEqualTo("degraded");
            long init = guest.container().initPid();
            String broken = CONF.replace("ostype", "net0: name=eth0,bridge=vmbr77\nostype");
            guest.setConf(broken);
            Command.Result refused = tool.run("apply", guest.vmid(), "--yes");
            assertThat(refused.exit()).as(refused.toString()).isEqualTo(1);
            assertThat(oneLine(refused.err()))
                    .contains(
                            "refused: it would not start again: it needs the bridge"
                                    + " 'vmbr77' for net0, which this host has not");
            assertThat(guest.conf()).isEqualTo(broken);
            assertThat(guest.container().initPid()).isEqualTo(init);
            Command.Result all = tool.run("apply", "--all", "--yes");
            assertThat(oneLine(all.out()))
                    .containsPattern(
                            "skipped: "
                                    + guest.vmid()
                                    + "[^:]*: it would not start again: it needs");
            // what a look beforehand would have prevented, with the reason that pct gives first
            guest.container().shutDown();
            Command.Result start = node.pct("start", guest.vmid());
            assertThat(start.out() + start.err()).contains("bridge 'vmbr77' does not exist");
        }
    }
}
