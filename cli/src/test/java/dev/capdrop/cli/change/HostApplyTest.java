package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import org.junit.jupiter.api.Test;

/// `--host` on a host in memory: one file for all.
final class HostApplyTest {
    private final FakeHost host = new FakeHost();
    private final FakeContainer web =
            host.lxc("web").failsWith("sys_rawio", "kdump.service").works("ssh.service");

    @Test
    void theFileIsPlannedWrittenAndTakenBack() {
        FakeHost.Ran plan = host.run("plan", "--host");
        assertThat(plan.exit()).as(plan.toString()).isEqualTo(1);
        assertThat(host.files).doesNotContainKey(FakeHost.SHARED);
        FakeHost.Ran ran = host.run("apply", "--host", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(host.files.get(FakeHost.SHARED)).endsWith("lxc.cap.drop = sys_rawio\n");
        FakeHost.Ran again = host.run("apply", "--host", "--yes");
        assertThat(again.said()).containsExactly("nothing to do");
        assertThat(again.exit()).isZero();
        FakeHost.Ran undo = host.run("undo", "--host", "--yes");
        assertThat(undo.exit()).as(undo.toString()).isZero();
        assertThat(undo.out()).contains("\n-lxc.cap.drop = sys_rawio\n");
        assertThat(host.files).doesNotContainKey(FakeHost.SHARED);
        FakeHost.Ran nothing = host.run("undo", "--host", "--yes");
        assertThat(nothing.said())
                .containsExactly(
                        "capdrop has written nothing to '"
                                + FakeHost.SHARED
                                + "' that could be taken back");
        assertThat(nothing.exit()).isZero();
    }

    @Test
    void theNextOneIsBornRightWhereAllWereHealedOneByOne() {
        assertThat(host.run("apply", "web", "--yes").exit()).isZero();
        FakeHost.Ran idle = host.run("apply", "--host", "--yes");
        assertThat(idle.said()).endsWith("nothing to do");
        assertThat(idle.out())
                .contains("like lxc:web: starts in vain kdump.service")
                .contains("--goal new drops here what these drop by themselves");
        FakeHost.Ran ran = host.run("apply", "--host", "--goal", "new", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(ran.out()).contains("like lxc:web: skips kdump.service");
        assertThat(host.files.get(FakeHost.SHARED)).endsWith("lxc.cap.drop = sys_rawio\n");
        FakeHost.Ran undo = host.run("undo", "--host", "--yes");
        assertThat(undo.exit()).as(undo.toString()).isZero();
        assertThat(host.files).doesNotContainKey(FakeHost.SHARED);
    }

    @Test
    void theVeryFirstOneIsBornRight() {
        FakeHost empty = new FakeHost();
        assertThat(empty.run("plan", "--host").out())
                .contains("starts in vain", "--goal new drops here what these units ask for");
        FakeHost.Ran ran = empty.run("apply", "--host", "--goal", "new", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(ran.out().replaceAll("\n +", " "))
                .contains("goal new: drop sys_module sys_rawio audit_read")
                .contains("any with systemd, for no container here tells more: skips")
                .doesNotContain("from the next start of each");
        assertThat(empty.files.get(FakeHost.SHARED))
                .endsWith("lxc.cap.drop = sys_module sys_rawio audit_read\n");
        assertThat(empty.run("plan", "--host", "--goal", "new", "--json").out())
                .contains("\"like\" : null");
        assertThat(empty.run("plan", "--host").out()).doesNotContain("made from now on");
        FakeHost.Ran undo = empty.run("undo", "--host", "--yes");
        assertThat(undo.exit()).as(undo.toString()).isZero();
        assertThat(empty.files).doesNotContainKey(FakeHost.SHARED);
    }

    @Test
    void theGoalForNewOnesIsForAllOfTheHost() {
        for (String others : new String[] {"web", "--all"}) {
            FakeHost.Ran ran = host.run("plan", others, "--goal", "new");
            assertThat(ran.said())
                    .containsExactly(
                            "--goal new is for containers that are made from now on: it can be given"
                                    + " only with --host");
            assertThat(ran.exit()).isEqualTo(2);
        }
        assertThat(host.run("trial", "web", "--goal", "new").exit()).isEqualTo(2);
    }

    @Test
    void whatWouldCostAUnitIsRefusedInTheWordsOfOneContainer() {
        web.needs("sys_time", "clock.service");
        FakeHost.Ran ran =
                host.run("apply", "--host", "--yes", "--goal", "none", "--drop", "sys_time");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.said())
                .containsExactly(
                        "refused: it would lose units that work now: clock.service; name each with"
                                + " --allow-skip to accept that, or leave their container out with"
                                + " --exclude");
        assertThat(host.files).doesNotContainKey(FakeHost.SHARED);
    }

    @Test
    void aFileWithWhichAContainerWouldNotStartIsNotWritten() {
        host.lxc("own").config += "lxc.cap.keep = chown kill\n";
        FakeHost.Ran ran = host.run("apply", "--host", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.said())
                .containsExactly(
                        "refused: with it lxc:own would not start any more, because of"
                                + " /var/lib/lxc/own/config:3");
        assertThat(host.files).doesNotContainKey(FakeHost.SHARED);
    }

    @Test
    void whoDeclinesChangesNothing() {
        host.interactive = true;
        host.answers = "n\n";
        FakeHost.Ran ran = host.run("apply", "--host");
        assertThat(ran.err()).contains("Write '" + FakeHost.SHARED + "'?");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(host.files).doesNotContainKey(FakeHost.SHARED);
    }

    @Test
    void whatSaysNothingTogetherIsRefused() {
        assertThat(host.run("plan", "--host", "--from", "x.json").said())
                .containsExactly("--host looks at this host, and --from at a recorded snapshot");
        assertThat(host.run("plan", "web", "--exclude", "db").exit()).isEqualTo(2);
    }
}
