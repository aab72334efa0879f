package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.journal.JournalEntry.Phase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `undo` on a host in memory.
final class UndoCommandTest {
    private final FakeHost host = new FakeHost();
    private final FakeContainer web =
            host.lxc("web").failsWith("sys_rawio", "kdump.service").works("ssh.service");
    private final String config = web.config;

    private void applied() {
        FakeHost.Ran ran = host.run("apply", "web", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
    }

    @Test
    void whatWasAppliedIsTakenBackWithARestart() {
        applied();
        FakeHost.Ran ran = host.run("undo", "web", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(web.config).isEqualTo(config);
        assertThat(web.starts).isEqualTo(2);
        assertThat(host.journal.entries.getLast().phase()).isEqualTo(Phase.UNDONE);
    }

    /// Proxmox VE locks a guest whose root an administrator has had mounted to have it read.
    @Test
    void whatIsMountedToBeReadIsUnmountedAndChangedInOneGo() {
        FakeContainer guest = host.guest("101").failsWith("sys_rawio", "kdump.service");
        guest.running = false;
        for (String file : List.of("common.conf", "userns.conf")) {
            host.files.put("/usr/share/lxc/config/" + file, "");
        }
        String old = guest.config;
        for (String command : new String[] {"apply", "undo"}) {
            guest.config += "lock: mounted\n";
            host.interactive = true;
            host.answers = "y\n";
            FakeHost.Ran ran =
                    command.equals("apply")
                            ? host.run("apply", "101", "--goal", "none", "--drop", "sys_rawio")
                            : host.run("undo", "101");
            assertThat(ran.exit()).as(ran.toString()).isZero();
            assertThat(ran.err())
                    .contains("It is unmounted first.", "unmounting 101")
                    .doesNotContain("somebody else");
            assertThat(guest.config)
                    .isEqualTo(command.equals("apply") ? old + "lxc.cap.drop: sys_rawio\n" : old);
        }
        guest.config += "lock: mounted\n";
        guest.staysMounted = true;
        FakeHost.Ran stays =
                host.run("apply", "101", "--goal", "none", "--drop", "sys_rawio", "--yes");
        assertThat(stays.said()).containsExactly("unmounting 101", "'pve:101' stays mounted");
        assertThat(stays.exit()).isEqualTo(2);
        assertThat(guest.config).isEqualTo(old + "lock: mounted\n");
        assertThat(host.journal.entries.getLast().phase()).isEqualTo(Phase.ABANDONED);
    }

    @Test
    void theLastChangeIsTakenBackAlthoughTheClockWasSetBackBeforeIt() {
        applied();
        String first = web.config;
        host.now = host.now.minus(Duration.ofDays(1));
        FakeHost.Ran second =
                host.run(
                        "apply",
                        "web",
                        "--goal",
                        "none",
                        "--drop",
                        "mknod",
                        "--no-restart",
                        "--yes");
        assertThat(second.exit()).as(second.toString()).isZero();
        assertThat(host.run("status", "web").out()).contains("mknod");
        FakeHost.Ran ran = host.run("undo", "web", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(web.config).isEqualTo(first);
    }

    @Test
    void whereNothingWasChangedThereIsNothingToTakeBack() {
        FakeHost.Ran ran = host.run("undo", "web", "--yes");
        assertThat(ran.said())
                .containsExactly("capdrop has changed nothing in 'web' that could be taken back");
        assertThat(ran.exit()).isZero();
        assertThat(host.run("undo", "wbe", "--yes").exit()).isEqualTo(2);
    }

    @Test
    void whatMayNotBeChangedOrRestartedIsRefused() {
        applied();
        String dropped = web.config;
        web.notRestartable =
                new Decision.LeftOut("it would not start again", Decision.Weight.REFUSED);
        FakeHost.Ran ran = host.run("undo", "web", "--yes");
        assertThat(ran.said()).containsExactly("refused: it would not start again");
        assertThat(ran.exit()).isEqualTo(1);
        web.unchangeable = new Decision.LeftOut("it is locked", "wait", Decision.Weight.REFUSED);
        ran = host.run("undo", "web", "--yes", "--no-restart");
        assertThat(ran.said()).containsExactly("refused: it is locked; wait");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(web.config).isEqualTo(dropped);
        web.unchangeable = null;
        assertThat(host.run("undo", "web", "--yes", "--no-restart").exit()).isZero();
        assertThat(web.config).isEqualTo(config);
    }

    @Test
    void whoDeclinesChangesNothing() {
        applied();
        String dropped = web.config;
        host.interactive = true;
        host.answers = "n\n";
        FakeHost.Ran ran = host.run("undo", "web");
        assertThat(ran.err())
                .contains("Take back the drop of sys_rawio from 'web'")
                .contains("nothing was changed");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(web.config).isEqualTo(dropped);
    }

    @Test
    void itAsksWithTheDiffAndTheOutageAsApplyDoes() {
        applied();
        host.interactive = true;
        host.answers = "n\n";
        FakeHost.Ran ran = host.run("undo", "web");
        assertThat(ran.out())
                .contains("--- /var/lib/lxc/web/config", "+++ /var/lib/lxc/web/config")
                .contains("\n-lxc.cap.drop = sys_rawio\n");
        assertThat(oneLine(ran.err()))
                .contains(
                        "Take back the drop of sys_rawio from 'web'. 'web' will be shut down and"
                                + " started again: everything in it is away until its boot has"
                                + " ended");
        host.answers = "n\n";
        assertThat(host.run("undo", "web", "--json").out()).doesNotContain("+++");
        host.answers = "n\n";
        assertThat(oneLine(host.run("undo", "web", "--no-restart").err()))
                .contains("from 'web'? It is not restarted. [y/N]");
        web.stopped();
        host.answers = "n\n";
        assertThat(oneLine(host.run("undo", "web").err()))
                .contains("from 'web'? It is stopped and stays stopped. [y/N]");
    }

    /// What is said to happen happens: one that never lost it is not restarted for it.
    @Test
    void whereARestartWouldBringNothingBackTheQuestionSaysSo() {
        assertThat(host.run("apply", "web", "--yes", "--no-restart").exit()).isZero();
        host.interactive = true;
        host.answers = "y\n";
        FakeHost.Ran ran = host.run("undo", "web");
        assertThat(oneLine(ran.err()))
                .contains("It is not restarted: its PID 1 holds sys_rawio as it is. [y/N]");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(web.starts).isZero();
        assertThat(web.config).isEqualTo(config);
    }

    private static String oneLine(String said) {
        return said.replaceAll("\\s+", " ");
    }

    @Test
    void ofAContainerThatIsGoneTheJournalIsClosed() {
        applied();
        host.containers.clear();
        FakeHost.Ran ran = host.run("undo", "web", "--yes");
        assertThat(ran.said())
                .containsExactly("the container is gone; its entries in the journal are closed");
        assertThat(ran.exit()).isZero();
        assertThat(host.journal.entries.getLast().phase()).isEqualTo(Phase.UNDONE);
        assertThat(host.run("undo", "web", "--yes").exit()).isEqualTo(2);
    }

    @Test
    void ofOneThatWasRenamedItIsSaidWhoHasTheDropNow() {
        applied();
        String dropped = web.config;
        host.containers.clear();
        host.lxc("other").works("ssh.service");
        FakeContainer renamed = host.lxc("renamed").works("ssh.service");
        renamed.config = dropped;
        FakeHost.Ran ran = host.run("undo", "web", "--yes");
        assertThat(ran.said())
                .containsExactly(
                        "the container is gone; its entries in the journal are closed;"
                                + " 'lxc:renamed' has the very lines: if it was renamed, take the drop out of it"
                                + " by hand");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(renamed.config).isEqualTo(dropped);
    }

    @Test
    void ofOneThatWasMovedItIsSaidWhereItIsNow() {
        applied();
        host.containers.clear();
        host.meant = "'lxc:web' is on the member 'two' of this cluster; run capdrop there";
        FakeHost.Ran ran = host.run("undo", "web", "--yes");
        assertThat(ran.said())
                .containsExactly(
                        "the container is gone; its entries in the journal are closed; "
                                + host.meant
                                + ", and take the drop out of it by hand");
        assertThat(ran.exit()).isEqualTo(1);
    }

    @Test
    void allThatWereChangedAreTakenBackInTurn() {
        FakeContainer db = host.lxc("db").failsWith("sys_rawio", "kdump.service");
        host.lxc("untouched").works("ssh.service");
        String before = db.config;
        assertThat(host.run("apply", "--all", "--yes").exit()).isZero();
        FakeHost.Ran ran = host.run("undo", "--all", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(ran.out())
                .contains("lxc:web  dropped sys_rawio", "lxc:db  dropped sys_rawio")
                .doesNotContain("untouched");
        assertThat(web.config).isEqualTo(config);
        assertThat(db.config).isEqualTo(before);
        assertThat(host.run("undo", "--all", "--yes").said())
                .containsExactly(
                        "capdrop has changed nothing on this host that could be taken back");
    }

    @Test
    void whoIsExcludedFromAllKeepsItsDrop() {
        FakeContainer db = host.lxc("db").failsWith("sys_rawio", "kdump.service");
        assertThat(host.run("apply", "--all", "--yes").exit()).isZero();
        String dropped = db.config;
        FakeHost.Ran ran = host.run("undo", "--all", "--exclude", "db", "--yes", "--json");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(ran.out()).contains("capdrop/undo/2", "lxc:web").doesNotContain("lxc:db");
        assertThat(web.config).isEqualTo(config);
        assertThat(db.config).isEqualTo(dropped);
        assertThat(host.run("undo", "web", "--exclude", "db", "--yes").said())
                .containsExactly("--exclude can be given only together with --all or --profile");
    }

    @Test
    void whoIsLeftAsItIsAmongAllIsSaidAndTheOthersAreTakenBack() {
        FakeContainer db = host.lxc("db").failsWith("sys_rawio", "kdump.service");
        assertThat(host.run("apply", "--all", "--yes").exit()).isZero();
        String dropped = db.config;
        db.notRestartable =
                new Decision.LeftOut("it would not start again", Decision.Weight.REFUSED);
        FakeHost.Ran ran = host.run("undo", "--all", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.out()).contains("left as it is: it would not start again");
        assertThat(db.config).isEqualTo(dropped);
        assertThat(web.config).isEqualTo(config);
    }

    @Test
    void whoDeclinesToTakeAllBackTakesNothingBack() {
        applied();
        String dropped = web.config;
        host.interactive = true;
        host.answers = "n\n";
        FakeHost.Ran ran = host.run("undo", "--all");
        assertThat(ran.err()).contains("Take back the drop of this container");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(web.config).isEqualTo(dropped);
        assertThat(host.run("undo", "--all", "web", "--yes").said())
                .containsExactly(
                        "--all can be given neither with a container nor with --host or --profile");
    }
}
