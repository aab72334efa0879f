package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.journal.JournalEntry.Phase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `apply` of one target on a host in memory.
final class ApplyCommandTest {
    private static final Decision.LeftOut LOCKED =
            new Decision.LeftOut("it is locked", "wait", Decision.Weight.REFUSED);

    private final FakeHost host = new FakeHost();
    private final FakeContainer web =
            host.lxc("web").failsWith("sys_rawio", "kdump.service").works("ssh.service");
    private final String config = web.config;
    private boolean changed;

    @AfterEach
    void whatWasRefusedStaysAsItIs() {
        assertThat(web.config.equals(config)).isNotEqualTo(changed);
        assertThat(host.journal.entries.isEmpty()).isNotEqualTo(changed);
    }

    private void assertRefused(int exit, String sentence, String... more) {
        String[] words = new String[more.length + 3];
        words[0] = "apply";
        words[1] = "web";
        words[2] = "--yes";
        System.arraycopy(more, 0, words, 3, more.length);
        FakeHost.Ran ran = host.run(words);
        assertThat(ran.said()).as(ran.toString()).containsExactly(sentence);
        assertThat(ran.exit()).isEqualTo(exit);
    }

    @Test
    void whatHealsIsWrittenRestartedAndVerified() {
        FakeHost.Ran ran = host.run("apply", "web", "--yes");
        changed = true;
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(web.config).isEqualTo(config + "lxc.cap.drop = sys_rawio\n");
        assertThat(web.starts).isEqualTo(1);
        assertThat(host.journal.entries.getLast().phase()).isEqualTo(Phase.APPLIED);
        assertThat(ran.out()).contains("kdump.service").contains("verdict: better");
        FakeHost.Ran again = host.run("apply", "web", "--yes");
        assertThat(again.said()).containsExactly("nothing to do");
        assertThat(again.exit()).isZero();
    }

    @Test
    void whatGotWorseIsTakenBack() {
        web.breaksAtRestart = "ssh.service";
        FakeHost.Ran ran = host.run("apply", "web", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(web.config).isEqualTo(config);
        assertThat(host.journal.entries.getLast().phase()).isEqualTo(Phase.ROLLED_BACK);
        host.journal.entries.clear();
    }

    @Test
    void whatWaitsForARestartIsTakenLiveWhereThatIsAskedFor() {
        changed = true;
        assertThat(host.run("apply", "web", "--yes", "--no-restart").exit()).isZero();
        host.interactive = true;
        host.answers = "n\n";
        FakeHost.Ran asked = host.run("apply", "web", "--live");
        assertThat(asked.err().replaceAll("\\s+", " "))
                .contains("PID 1 of 'web' gives up sys_rawio while it runs: nothing is restarted")
                .contains("It cannot be taken back without a restart. Go on?");
        FakeHost.Ran live = host.run("apply", "web", "--live", "--yes");
        assertThat(live.exit()).as(live.toString()).isZero();
        assertThat(live.out()).contains("live: sys_rawio is gone from PID 1");
        assertThat(host.journal.entries.getLast().phase()).isEqualTo(Phase.APPLIED);
        assertThat(web.starts).isZero();
    }

    @Test
    void aLiveStepThatWasInterruptedIsSettledByTheCheckAfterTheNextStart() {
        changed = true;
        host.killBefore("lxc:web", Phase.APPLIED, "apply", "web", "--live", "--yes");
        assertThat(host.run("status").out()).contains("interrupted: a live step was interrupted");
        web.stop();
        web.start();
        assertThat(host.run("status").out())
                .contains("unverified: it has been started")
                .contains("    capdrop check lxc:web\n");
        FakeHost.Ran check = host.run("check", "web");
        assertThat(check.exit()).as(check.toString()).isZero();
        assertThat(host.journal.entries.getLast().outcome())
                .startsWith("restarted by somebody else; running");
        assertThat(host.run("status").exit()).isZero();
    }

    /// Who agreed to a restart has not agreed to lose it for good while it runs.
    @Test
    void whatWaitsAndIsHonouredIsNotTakenLiveUnasked() {
        changed = true;
        String[] drop = {
            "apply", "web", "--goal", "none", "--drop", "net_raw", "--yes", "--no-restart"
        };
        assertThat(host.run(drop).exit()).isZero();
        FakeHost.Ran refused = host.run("apply", "web", "--live", "--yes");
        assertThat(refused.exit()).as(refused.toString()).isEqualTo(1);
        assertThat(refused.err()).contains("refused: the kernel honours net_raw");
        assertThat(host.journal.entries.getLast().phase()).isEqualTo(Phase.WAITING_FOR_RESTART);
        FakeHost.Ran live = host.run("apply", "web", "--live", "--live-honoured", "--yes");
        assertThat(live.err())
                .as(live.toString())
                .contains("the earlier change has ended: live: net_raw is gone from PID 1");
    }

    @Test
    void withoutARestartItWaitsAndASecondDropHasToWait() {
        FakeHost.Ran ran = host.run("apply", "web", "--yes", "--no-restart");
        changed = true;
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(web.starts).isZero();
        assertThat(host.journal.entries.getLast().phase()).isEqualTo(Phase.WAITING_FOR_RESTART);
        FakeHost.Ran second =
                host.run(
                        "apply",
                        "web",
                        "--yes",
                        "--no-restart",
                        "--goal",
                        "none",
                        "--drop",
                        "net_raw");
        assertThat(second.exit()).as(second.toString()).isEqualTo(1);
        assertThat(second.err()).contains("refused: one change waits for a restart already");
    }

    @Test
    void aStoppedContainerIsEditedAndStaysStopped() {
        web.stopped();
        FakeHost.Ran ran =
                host.run("apply", "web", "--yes", "--goal", "none", "--drop", "sys_rawio");
        changed = true;
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(web.running).isFalse();
    }

    @Test
    void whoDeclinesChangesNothing() {
        host.interactive = true;
        for (String answer : new String[] {"n\n", "\n", ""}) {
            host.answers = answer;
            FakeHost.Ran ran = host.run("apply", "web");
            assertThat(ran.err()).contains("Go on? [y/N]").endsWith("nothing was changed\n");
            assertThat(ran.exit()).isEqualTo(1);
        }
        host.answers = "y\n";
        assertThat(host.run("apply", "web").exit()).isZero();
        changed = true;
    }

    @Test
    void whereNobodyCanBeAskedYesHasToBeSaid() {
        FakeHost.Ran ran = host.run("apply", "web");
        assertThat(ran.said())
                .containsExactly(
                        "apply asks before it changes anything, and there is no terminal: say"
                                + " --yes");
        assertThat(ran.exit()).isEqualTo(2);
    }

    @Test
    void onlyRootChangesContainers() {
        host.root = false;
        assertRefused(2, "reading and changing containers needs root: run it with sudo");
    }

    @Test
    void whatTheRuntimeDoesNotLetChangeIsRefused() {
        web.unchangeable = LOCKED;
        assertRefused(1, "refused: it is locked; wait");
        web.unchangeable = new Decision.LeftOut("it is a template", Decision.Weight.NOT_OURS);
        assertRefused(1, "refused: it is a template");
    }

    @Test
    void whatWouldNotStartAgainIsRefusedUnlessNobodyRestartsIt() {
        web.notRestartable =
                new Decision.LeftOut("it would not start again", Decision.Weight.REFUSED);
        assertRefused(1, "refused: it would not start again");
        FakeHost.Ran ran = host.run("apply", "web", "--yes", "--no-restart");
        changed = true;
        assertThat(ran.exit()).as(ran.toString()).isZero();
    }

    @Test
    void aBootThatHasNotEndedIsRefusedUnlessNobodyRestartsIt() {
        web.booting = true;
        FakeHost.Ran ran = host.run("apply", "web", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.err())
                .contains("refused: its boot has not ended: ")
                .contains(
                        "; give it more time with --timeout, or leave the restart to later with"
                                + " 'apply --no-restart'");
        assertThat(host.run("apply", "web", "--yes", "--no-restart").exit()).isZero();
        changed = true;
    }

    @Test
    void aDropThatCostsAUnitIsRefusedUntilTheUnitIsNamed() {
        web.needs("sys_time", "clock.service");
        assertRefused(
                1,
                "refused: it would lose units that work now: clock.service; name each with"
                        + " --allow-skip to accept that",
                "--goal",
                "none",
                "--drop",
                "sys_time");
        FakeHost.Ran ran =
                host.run(
                        "apply",
                        "web",
                        "--yes",
                        "--goal",
                        "none",
                        "--drop",
                        "sys_time",
                        "--allow-skip",
                        "clock");
        changed = true;
        assertThat(ran.exit()).as(ran.toString()).isZero();
    }

    @Test
    void ofWhatCannotBeForecastNobodySaysThatThereIsNothingToDo() {
        web.withoutSystemd = true;
        FakeHost.Ran ran = host.run("apply", "web", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(2);
        assertThat(ran.err())
                .startsWith("capdrop: nothing is known of the units of 'lxc:web', which runs")
                .doesNotContain("nothing to do");
    }

    @Test
    void aNameThatAnInstalledLiblxcDoesNotKnowIsNotWritten() {
        host.known = CapabilitySet.upTo(37);
        assertRefused(
                2,
                "refused: a liblxc or a kernel that is installed here does not know perfmon and"
                        + " would not load a configuration that names it; say --keep perfmon",
                "--goal",
                "none",
                "--drop",
                "perfmon");
    }

    @Test
    void whatIsNotInstalledOrHeldOrUnreadableIsSaidBeforeAnythingIsWritten() {
        host.notInstalled = "there is no lxc-stop here: install lxc";
        assertRefused(2, "there is no lxc-stop here: install lxc");
        host.notInstalled = null;
        host.journal.heldBy = "process 7 changes it";
        assertRefused(2, "process 7 changes it");
        host.journal.heldBy = null;
        web.unreadable = true;
        assertRefused(2, "'web' ended or restarted while it was read");
    }

    @Test
    void aUnitThatIsNotThereCannotBeAccepted() {
        assertRefused(
                2,
                "--allow-skip: 'lxc:web' has no unit 'shh.service'; did you mean 'ssh.service'?",
                "--allow-skip",
                "shh.service");
    }

    @Test
    void aConfigurationThatDoesNotLoadIsNotEdited() {
        web.config = config + "lxc.cap.drop = CAP_MKNOD\n";
        String broken = web.config;
        FakeHost.Ran ran = host.run("apply", "web", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(2);
        assertThat(ran.err())
                .contains("'/var/lib/lxc/web/config' does not load, so it is not edited");
        assertThat(web.config).isEqualTo(broken);
        web.config = config;
    }

    /// Of one whose units nobody knows plan and apply said "start it first".
    @Test
    void aConfigurationThatDoesNotLoadIsSaidToBeSoByPlanAndApply() {
        for (boolean blind : new boolean[] {false, true}) {
            web.withoutSystemd = blind;
            web.running = !blind;
            web.config = config + "lxc.cap.drop = CAP_MKNOD\n";
            for (String line :
                    List.of("plan web", "apply web --yes", "plan --all", "apply --all --yes")) {
                FakeHost.Ran ran = host.run(line.split(" "));
                assertThat((ran.out() + ran.err()).replaceAll("\\s+", " "))
                        .as(line)
                        .contains("'/var/lib/lxc/web/config' does not load, so it is not edited")
                        .doesNotContain("start it first");
                assertThat(ran.exit()).as(line + ran).isEqualTo(2);
            }
        }
        web.config = config;
    }

    @Test
    void theOutcomeIsJsonWhereThatIsAskedFor() {
        web.unchangeable = LOCKED;
        FakeHost.Ran ran = host.run("apply", "web", "--yes", "--json");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out())
                .contains("\"schema\" : \"capdrop/apply/2\"", "\"end\" : \"unchanged\"")
                .contains("\"refused: it is locked; wait\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "apply --yes | no target, expected a VMID, lxc:NAME, nspawn:NAME, incus:NAME, lxd:NAME, NAME or --all or --host; 'capdrop check' lists the containers",
                "apply web --all --yes | 'web' and --all: only one of the two can be given",
                "apply web --parallel 2 --yes | --parallel is for --all",
                "apply --all --parallel 65 --yes | --parallel 65: expected a number from 1 to 64",
                "apply web --host --yes | 'web' and --host: only one of the two can be given",
                "apply web --goal none --yes | --goal none drops exactly what --drop names, and --drop names nothing",
            })
    void wordsThatContradictEachOtherAreRefused(String line, String sentence) {
        FakeHost.Ran ran = host.run(line.split(" "));
        assertThat(ran.said()).as(ran.toString()).contains(sentence);
        assertThat(ran.exit()).isEqualTo(2);
    }
}
