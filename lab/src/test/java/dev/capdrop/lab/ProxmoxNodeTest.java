package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.lab.StandInNode.Guest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// All containers of the stand-in node at once.
@NeedsContainers
final class ProxmoxNodeTest {
    @TempDir Path temp = Path.of("");
    private final Bench bench = Bench.shared();
    private StandInNode node;
    private Tool tool;

    @BeforeEach
    void open() throws IOException {
        node = StandInNode.in(bench, temp);
        tool = node.tool(temp.resolve("state"));
    }

    private Guest make(String name, String... more) throws IOException {
        String conf =
                """
                arch: amd64
                hostname: %s
                %sostype: debian
                unprivileged: 1
                """
                        .formatted(name, String.join("", more));
        return node.make(Suite.BOOKWORM, conf);
    }

    @Test
    void allOfANodeAreHealedInTheOrderOfTheirStartup() throws IOException {
        try (Guest second = make("second");
                Guest first = make("first");
                Guest locked = make("locked", "lock: backup\n")) {
            first.setConf(first.conf() + "startup: order=3,up=2\n");
            assertThat(List.of(second.boot(), first.boot())).containsOnly("degraded");
            Files.writeString(
                    Files.createDirectories(node.pveDir().resolve("nodes/other/lxc"))
                            .resolve("205.conf"),
                    "arch: amd64\nostype: debian\n");
            Command.Result plan = tool.run("plan", "--all");
            assertThat(plan.exit()).as(plan.toString()).isEqualTo(1);
            assertThat(plan.out())
                    .containsSubsequence(
                            "TARGET         NAME    ORDER  HEALED  LOST  DROPS\n",
                            "pve:" + first.vmid() + "  first   3      1       0     sys_rawio\n",
                            "pve:" + second.vmid() + "  second  -      1       0     sys_rawio\n")
                    .contains(
                            "skipped: pve:205: on the node 'other'; run capdrop there\n",
                            "skipped: pve:" + locked.vmid() + ": locked by Proxmox VE (backup)");
            Command.Result applied = tool.run("apply", "--all", "--yes");
            assertThat(applied.exit()).as(applied.toString()).isZero();
            assertThat(applied.err())
                    .containsSubsequence(
                            "[1/2] pve:" + first.vmid() + ": writing ",
                            "[1/2] pve:" + first.vmid() + ": running; predicted ",
                            "[2/2] pve:" + second.vmid() + ": writing ",
                            "[2/2] pve:" + second.vmid() + ": running; predicted ");
            assertThat(List.of(first.container().settled(), second.container().settled()))
                    .containsOnly("running");
            Command.Result again = tool.run("apply", "--all", "--yes");
            assertThat(again.exit()).as(again.toString()).isZero();
            assertThat(again.out()).contains("nothing to do: pve:" + first.vmid());
        }
    }

    @Test
    void afterOneThatGotWorseNoneIsBegun() throws IOException {
        try (Guest first = make("first");
                Guest second = make("second")) {
            first.setConf(first.conf() + "startup: order=1\n");
            ProxmoxJobTest.enableNetwork(first.container());
            first.boot();
            second.boot();
            String untouched = second.conf();
            long init = second.container().initPid();
            Command.Result applied =
                    tool.run("apply", "--all", "--goal", "none", "--drop", "net_admin", "--yes");
            assertThat(applied.exit()).as(applied.toString()).isEqualTo(1);
            assertThat(applied.out())
                    .contains("pve:" + first.vmid() + "\n", "lab-network.service: predicted active")
                    .contains("not begun, because one before got worse: pve:" + second.vmid());
            assertThat(second.conf()).isEqualTo(untouched);
            assertThat(second.container().initPid()).isEqualTo(init);
            assertThat(first.conf()).doesNotContain("lxc.cap.drop");
        }
    }

    @Test
    void severalMayBeAwayAtATime() throws IOException {
        try (Guest one = make("one");
                Guest other = make("other")) {
            one.boot();
            other.boot();
            Command.Result applied = tool.run("apply", "--all", "--parallel", "2", "--yes");
            assertThat(applied.exit()).as(applied.toString()).isZero();
            assertThat(List.of(one.container().settled(), other.container().settled()))
                    .containsOnly("running");
        }
    }
}
