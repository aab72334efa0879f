package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `--profile` on a host in memory: one line for all instances that use a profile of Incus.
final class ProfileApplyTest {
    private static final String DROP = "lxc.cap.drop = sys_rawio\n";
    private static final String[] APPLY = {"apply", "--profile", "base", "--yes"};
    private static final String[] UNDO = {"undo", "--profile", "base", "--yes"};

    private final FakeHost host = new FakeHost();
    private final FakeContainer web = degraded(host.incus("web", "default", "base"));
    private final FakeContainer db = degraded(host.incus("proj/db", "base"));
    private final FakeContainer other = degraded(host.incus("other", "default"));

    @BeforeEach
    void makeProfiles() {
        host.profiles.put("default", "");
        host.profiles.put("base", "");
    }

    private static FakeContainer degraded(FakeContainer one) {
        return one.failsWith("sys_rawio", "kdump.service").works("ssh.service");
    }

    private String lines() {
        return host.profiles.getOrDefault("base", "gone");
    }

    private Phase phase() {
        return host.journal.entries("profile:base").getLast().phase();
    }

    /// Nothing of any restart is left undecided.
    private void assertNothingIsUnderWay() {
        assertThat(host.journal.entries).allMatch(entry -> entry.phase().ended());
    }

    @Test
    void allThatUseItAreForecastRestartedComparedAndTakenBack() {
        FakeHost.Ran plan = host.run("plan", "--profile", "base");
        assertThat(plan.exit()).as(plan.toString()).isEqualTo(1);
        assertThat(plan.out())
                .contains("all containers of host1 that use the profile 'base'", "+" + DROP)
                .contains("incus:proj/db, incus:web")
                .doesNotContain("incus:other");
        assertThat(lines()).isEmpty();
        FakeHost.Ran apply = host.run(APPLY);
        assertThat(apply.exit()).as(apply.toString()).isZero();
        assertThat(lines()).isEqualTo(DROP);
        assertThat(List.of(web.starts, db.starts, other.starts)).containsExactly(1, 1, 0);
        assertThat(web.holds("sys_rawio") || db.holds("sys_rawio")).isFalse();
        assertThat(apply.out()).contains("verdict: better, the container is running");
        assertThat(phase()).isEqualTo(Phase.APPLIED);
        assertNothingIsUnderWay();
        assertThat(host.run(APPLY).said()).contains("nothing to do");
        FakeHost.Ran status = host.run("status");
        assertThat(status.out())
                .as(status.toString())
                .contains("profile:base")
                .doesNotContain("incus:");
        FakeHost.Ran undo = host.run(UNDO);
        assertThat(undo.exit()).as(undo.toString()).isZero();
        assertThat(lines()).isEmpty();
        assertThat(List.of(web.starts, db.starts, other.starts)).containsExactly(2, 2, 0);
        assertThat(web.holds("sys_rawio") && db.holds("sys_rawio")).isTrue();
        assertNothingIsUnderWay();
        assertThat(host.run(UNDO).said().getFirst()).startsWith("capdrop has written nothing");
    }

    @Test
    void whereOneGetsWorseAllGoBackAndTheEditOfAnotherStays() {
        db.breaksAtRestart = "ssh.service";
        web.breaksAtRestart = null;
        db.atStop = () -> host.profiles.put("base", lines() + "# theirs\n");
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(lines()).startsWith("# theirs\n").doesNotContain("sys_rawio");
        assertThat(web.running && db.running).isTrue();
        assertThat(web.holds("sys_rawio") && db.holds("sys_rawio")).isTrue();
        assertThat(phase()).isEqualTo(Phase.ROLLED_BACK);
        assertNothingIsUnderWay();
    }

    @Test
    void thoseThatWereRestartedBeforeTheOneThatGotWorseGoBackWithIt() {
        web.breaksAtRestart = "ssh.service";
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(lines()).isEmpty();
        assertThat(List.of(db.starts, web.starts)).containsExactly(2, 2);
        assertThat(db.holds("sys_rawio") && web.holds("sys_rawio")).isTrue();
        assertThat(phase()).isEqualTo(Phase.ROLLED_BACK);
        assertNothingIsUnderWay();
    }

    @Test
    void oneThatDoesNotStartAtOnceRunsInTheEnd() {
        web.refusalsToStart = 2;
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(web.running && db.running).isTrue();
        assertThat(lines()).isEmpty();
        assertThat(ran.err()).doesNotContain("has to be looked after");
    }

    @Test
    void oneThatNeverStartsAgainIsNamedAndTheOthersRun() {
        web.refusalsToStart = 99;
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.err()).contains("'incus:web' ran before, and has to be looked after");
        assertThat(db.running && db.holds("sys_rawio")).isTrue();
        assertThat(lines()).isEmpty();
    }

    @Test
    void oneThatDoesNotShutDownRunsOnAndAllGoBack() {
        web.refusesToStop = "'incus:web' still runs 120 s after it was to stop";
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.out()).contains("still runs 120 s after it was to stop");
        assertThat(web.running && web.holds("sys_rawio") && db.holds("sys_rawio")).isTrue();
        assertThat(List.of(web.starts, db.starts)).containsExactly(0, 2);
        assertThat(lines()).isEmpty();
        assertNothingIsUnderWay();
    }

    @Test
    void anExcludedOneIsNotRestartedAndGetsItAtItsNextStart() {
        FakeHost.Ran ran =
                host.run("apply", "--profile", "base", "--exclude", "incus:proj/db", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(List.of(web.starts, db.starts)).containsExactly(1, 0);
        assertThat(ran.out())
                .contains("left out, but the drop reaches it too")
                .endsWith("from inside does not do it): incus:proj/db\n");
        host.run("undo", "--profile", "base", "--exclude", "incus:web", "--yes");
        assertThat(List.of(web.starts, db.starts)).containsExactly(1, 0);
        assertThat(lines()).isEmpty();
    }

    @Test
    void aStoppedOneStaysSo() {
        web.stopped();
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(web.running).isFalse();
        assertThat(db.starts).isEqualTo(1);
        host.run(UNDO);
        assertThat(web.running).isFalse();
    }

    @Test
    void withoutARestartItIsWrittenOnly() {
        FakeHost.Ran ran = host.run("apply", "--profile", "base", "--no-restart", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(lines()).isEqualTo(DROP);
        assertThat(List.of(web.starts, db.starts)).containsExactly(0, 0);
        assertThat(ran.out()).contains("incus:proj/db, incus:web");
        host.run("undo", "--profile", "base", "--no-restart", "--yes");
        assertThat(lines()).isEmpty();
        assertThat(List.of(web.starts, db.starts)).containsExactly(0, 0);
    }

    @Test
    void whatKeepsOneFromBeingRestartedKeepsAllAndIsOneSentence() {
        web.unchangeable = new Decision.LeftOut("it is frozen", "thaw it", Decision.Weight.REFUSED);
        assertRefused(
                "refused: 'incus:web': it is frozen; thaw it, or leave it out with --exclude, so that it"
                        + " gets the drop at its next start");
        web.unchangeable = null;
        web.notRestartable = new Decision.LeftOut("it is ephemeral", Decision.Weight.REFUSED);
        assertRefused(
                "refused: 'incus:web': it is ephemeral; leave it out with --exclude, so that it gets the"
                        + " drop at its next start");
        web.notRestartable = null;
        web.withoutSystemd = true;
        assertThat(refused()).contains("'incus:web'", "nothing is known of its units");
        web.withoutSystemd = false;
        web.unreadable = true;
        assertThat(refused()).contains("'incus:web'", "while it was read");
    }

    private String refused() {
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isPositive();
        assertThat(lines()).isEmpty();
        assertThat(List.of(web.starts, db.starts)).containsExactly(0, 0);
        return ran.said().getLast();
    }

    private void assertRefused(String sentence) {
        assertThat(refused()).isEqualTo(sentence);
    }

    @Test
    void linesOfItsOwnOrOfALaterProfileTakeItsPlace() {
        web.config = "lxc.environment = A=b\n";
        host.profiles.put("late", "lxc.environment = C=d\n");
        db.profiles.add("late");
        FakeContainer plain = degraded(host.incus("plain", "base"));
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(ran.out())
                .contains("incus:web: not reached: it has its own")
                .contains("incus:proj/db: not reached: another comes later");
        assertThat(List.of(web.starts, db.starts, plain.starts)).containsExactly(0, 0, 1);
    }

    @Test
    void linesOfAnEarlierProfileAreNotPutOutOfForce() {
        host.profiles.put("default", "lxc.cap.drop = mknod\n");
        assertRefused(
                "refused: 'incus:web': it would put the raw.lxc of profile 'default' out of force");
    }

    @Test
    void whoUsesItAndIsNotLookedIntoIsNamed() {
        host.otherUsers.add("'incus:vm' is a virtual machine, which does not read raw.lxc");
        FakeHost.Ran plan = host.run("plan", "--profile", "base");
        assertThat(plan.out()).contains("'incus:vm' is a virtual machine");
    }

    @Test
    void oneThatGotTheProfileAfterThePlanKeepsItFromBeingWritten() {
        host.interactive = true;
        host.answers = "y\n";
        FakeContainer late = degraded(host.incus("late"));
        host.atAnswer =
                () -> {
                    if (!late.profiles.contains("base")) {
                        late.profiles.add("base");
                    }
                };
        FakeHost.Ran ran = host.run("apply", "--profile", "base");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.said().getLast()).contains("its plan has changed since it was shown");
        assertThat(lines()).isEmpty();
    }

    @Test
    void oneThatLostTheProfileInBetweenIsLeftAlone() {
        db.atStop = () -> web.profiles.remove("base");
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 0);
        assertThat(lines()).isEqualTo(DROP);
        assertNothingIsUnderWay();
    }

    @Test
    void aProfileThatIsGoneIsSaidAndItsJournalClosed() {
        host.run(APPLY);
        host.profiles.put("renamed", lines());
        host.profiles.remove("base");
        assertThat(host.run("status").out()).contains("profile:base");
        FakeHost.Ran undo = host.run(UNDO);
        assertThat(undo.exit()).as(undo.toString()).isEqualTo(1);
        assertThat(undo.said().getLast())
                .isEqualTo(
                        "Incus has no profile 'base'; the profile 'renamed' has the very lines: if it was"
                                + " renamed, take the drop out of it by hand; its entries in the journal"
                                + " are closed");
        assertThat(host.profiles.get("renamed")).isEqualTo(DROP);
        FakeHost.Ran none = host.run(APPLY);
        assertThat(none.exit()).isEqualTo(2);
        assertThat(none.said()).containsExactly("Incus has no profile 'base'");
    }

    @Test
    void aChangeThatWasKilledIsFinishedByTheNextCommand() {
        for (String[] next : List.of(APPLY, UNDO)) {
            for (String killedAt : List.of("written", "stopped", "between", "back")) {
                FakeHost killed = new FakeHost();
                killed.profiles.put("base", "");
                FakeContainer one = degraded(killed.incus("one", "base"));
                FakeContainer two = degraded(killed.incus("two", "base"));
                kill(killed, one, two, killedAt);
                FakeHost.Ran ran = killed.run(next);
                String what = killedAt + " " + String.join(" ", next) + " " + ran;
                assertThat(one.running && two.running).as(what).isTrue();
                boolean applied = next[0].equals("apply") && !killedAt.equals("back");
                assertThat(killed.profiles.get("base")).as(what).isEqualTo(applied ? DROP : "");
                assertThat(one.holds("sys_rawio")).as(what).isEqualTo(!applied);
                assertThat(two.holds("sys_rawio")).as(what).isEqualTo(!applied);
                assertThat(killed.journal.entries)
                        .as(what)
                        .allMatch(entry -> entry.phase().ended());
            }
        }
    }

    /// Leaves what a capdrop leaves that is killed at this point.
    private static void kill(FakeHost host, FakeContainer one, FakeContainer two, String at) {
        host.killedAt =
                switch (at) {
                    case "written" ->
                            entry -> entry.phase() == Phase.RESTARTING && !entry.ofProfile();
                    case "stopped" -> entry -> false;
                    case "between" ->
                            entry ->
                                    entry.target().equals("incus:two")
                                            && entry.phase() == Phase.RESTARTING;
                    default -> entry -> entry.phase() == Phase.ROLLING_BACK && !entry.ofProfile();
                };
        if (at.equals("stopped")) {
            one.atStop =
                    () -> {
                        throw host.kill();
                    };
        }
        if (at.equals("back")) {
            two.breaksAtRestart = "ssh.service";
        }
        host.killed(APPLY);
        host.killedAt = entry -> false;
        one.atStop = () -> {};
        two.breaksAtRestart = null;
    }

    @Test
    void anUndoWithoutRestartsStartsWhatAnInterruptedRestartLeftDown() {
        kill(host, db, web, "stopped");
        assertThat(db.running).isFalse();
        FakeHost.Ran ran = host.run("undo", "--profile", "base", "--yes", "--no-restart");
        assertThat(db.running).as(ran.toString()).isTrue();
        assertNothingIsUnderWay();
    }

    @Test
    void whoGoesOnWithARollbackIsAskedAboutAllThatItRestarts() {
        kill(host, db, web, "back");
        host.interactive = true;
        host.answers = "n\n";
        FakeHost.Ran ran = host.run("apply", "--profile", "base");
        assertThat(ran.err() + ran.out()).contains("has not been: incus:proj/db?");
    }

    @Test
    void linesThatAreTakenOutBetweenTwoTurnsTakeAllBack() {
        host.killedAt =
                entry -> {
                    if (entry.target().equals("incus:proj/db") && entry.phase() == Phase.APPLIED) {
                        host.profiles.put("base", "");
                    }
                    return false;
                };
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isNotZero();
        assertThat(ran.out() + ran.err()).contains("our names are not in");
        assertThat(db.running && web.running && db.holds("sys_rawio")).isTrue();
        assertNothingIsUnderWay();
    }

    @Test
    void oneOfThemIsNotChangedByItselfWhileThatIsUnderWay() {
        kill(host, db, web, "stopped");
        FakeHost.Ran ran = host.run("apply", "incus:proj/db", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(2);
        assertThat(ran.said())
                .containsExactly(
                        "a change of the profile 'base' is under way, which 'incus:proj/db' uses;"
                                + " 'capdrop apply --profile base' finishes it");
        host.run(APPLY);
        assertNothingIsUnderWay();
    }

    @Test
    void whoWasNotPlannedIsNotRestartedByTheCommandThatFinishes() {
        FakeContainer third = degraded(host.incus("zoo", "base"));
        host.killAtStopOf(web, "apply", "--profile", "base", "--exclude", "incus:proj/db", "--yes");
        FakeContainer late = degraded(host.incus("late", "base"));
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(List.of(web.starts, third.starts, db.starts, late.starts))
                .containsExactly(1, 1, 0, 0);
        assertThat(ran.out()).contains("incus:late, incus:proj/db");
        assertThat(phase()).isEqualTo(Phase.APPLIED);
        assertNothingIsUnderWay();
    }

    @Test
    void whoFinishesIsAskedByNameAndMayLeaveOneOut() {
        host.killAtStopOf(db, APPLY);
        host.interactive = true;
        host.answers = "n\n";
        FakeHost.Ran asked = host.run("apply", "--profile", "base");
        assertThat(asked.err())
                .contains("(down in the middle of its restart: incus:proj/db)")
                .contains("restart what of it has not been: incus:proj/db, incus:web?");
        assertThat(db.starts).isZero();
        FakeHost.Ran ran =
                host.run("apply", "--profile", "base", "--exclude", "incus:web", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 0);
        assertNothingIsUnderWay();
    }

    @Test
    void whatAResumedOneWouldLoseByNowIsNotRestarted() {
        host.killAtStopOf(db, APPLY);
        web.needs("sys_rawio", "need.service");
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.err()).contains("'incus:web': the drop would cost it need.service now");
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 0);
        assertThat(lines()).isEqualTo(DROP);
    }

    @Test
    void finishedWithoutARestartItSaysThatNothingWasRestartedAndStartsWhatIsDown() {
        host.killAtStopOf(db, APPLY);
        FakeHost.Ran ran = host.run("apply", "--profile", "base", "--no-restart", "--yes");
        assertThat(db.running).as(ran.toString()).isTrue();
        assertThat(web.starts).isZero();
        assertThat(ran.err()).doesNotContain("written, and restarted");
        assertNothingIsUnderWay();
    }

    @Test
    void whatARestartForAProfileThatIsGoneLeftDownIsStartedAndNamed() {
        host.killAtStopOf(web, APPLY);
        host.profiles.put("renamed", lines());
        host.profiles.remove("base");
        web.profiles.replaceAll(one -> one.equals("base") ? "renamed" : one);
        FakeHost.Ran apply = host.run(APPLY);
        assertThat(apply.exit()).isEqualTo(2);
        assertThat(apply.err()).contains("'capdrop undo --profile base' closes that");
        FakeHost.Ran undo = host.run(UNDO);
        assertThat(undo.exit()).as(undo.toString()).isEqualTo(1);
        assertThat(undo.err()).contains("'incus:web': its restart was interrupted");
        assertThat(web.running).isTrue();
        assertNothingIsUnderWay();
    }

    @Test
    void theWordOfAContainerThatIsGoneDoesNotMeanAProfile() {
        host.profiles.put("gone", "");
        web.profiles.add("gone");
        host.run("apply", "--profile", "gone", "--yes");
        assertThat(web.starts).isEqualTo(1);
        FakeHost.Ran ran = host.run("undo", "gone", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(2);
        assertThat(web.starts).isEqualTo(1);
        assertThat(host.run("undo", "profile:gone", "--yes").exit()).isZero();
        assertThat(web.starts).isEqualTo(2);
    }

    @Test
    void oneThatWasComparedIsNotRestartedAgainForItsSilence() {
        web.atStop = () -> db.withoutSystemd = true;
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 1);
    }

    @Test
    void oneThatSomebodyStoppedAfterItsTurnStaysStopped() {
        web.atStop = () -> db.running = false;
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(db.running).as(ran.toString()).isFalse();
        assertThat(db.starts).isEqualTo(1);
    }

    @Test
    void oneThatSomebodyStoppedAfterItsTurnStaysSoWhereAllGoBack() {
        web.breaksAtRestart = "ssh.service";
        web.atStop = () -> db.running = false;
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(db.running).as(ran.toString()).isFalse();
        assertThat(db.starts).isEqualTo(1);
        assertThat(web.running).isTrue();
        assertThat(lines()).isEmpty();
        assertNothingIsUnderWay();
    }

    @Test
    void oneThatIsSilentAtItsTurnHoldsTheRestUpAndNothingGoesBack() {
        db.atStop = () -> web.withoutSystemd = true;
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.err()).contains("'incus:web': nothing is known of its units now");
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 0);
        assertThat(lines()).isEqualTo(DROP);
        assertThat(phase()).isEqualTo(Phase.RESTARTING);
        web.withoutSystemd = false;
        db.atStop = () -> {};
        FakeHost.Ran again = host.run(APPLY);
        assertThat(again.exit()).as(again.toString()).isZero();
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 1);
        assertNothingIsUnderWay();
    }

    @Test
    void oneThatCannotBeReadAtItsTurnHoldsTheRestUpAndNothingGoesBack() {
        db.atStop = () -> web.unreadable = true;
        host.run(APPLY);
        assertThat(lines()).isEqualTo(DROP);
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 0);
        assertThat(phase()).isEqualTo(Phase.RESTARTING);
    }

    @Test
    void linesThatCannotBeReadNowTakeNothingBackAndWhatIsDownIsStarted() {
        host.killAtStopOf(db, APPLY);
        host.atProfileRead =
                () -> {
                    host.atProfileRead = () -> {};
                    throw new UncheckedIOException(new IOException("Incus does not answer"));
                };
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.err()).contains("Incus does not answer");
        assertThat(lines()).isEqualTo(DROP);
        assertThat(phase()).isEqualTo(Phase.RESTARTING);
        assertThat(db.running).isTrue();
        assertThat(web.starts).isZero();
        assertThat(host.run(APPLY).exit()).isZero();
        assertNothingIsUnderWay();
    }

    @Test
    void whatItWouldCostAfterTheQuestionIsSeenBeforeItIsWritten() {
        host.interactive = true;
        host.answers = "y\n";
        host.atAnswer =
                () -> {
                    host.atAnswer = () -> {};
                    web.needs("sys_rawio", "need.service");
                };
        FakeHost.Ran ran = host.run("apply", "--profile", "base", "--drop", "sys_rawio");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.err()).contains("it would lose units that work now: need.service");
        assertThat(lines()).isEmpty();
        assertThat(List.of(db.starts, web.starts)).containsExactly(0, 0);
    }

    @Test
    void whatAnotherWroteInTheSameMomentStaysAndNobodyIsRestarted() {
        host.killedAt =
                entry -> {
                    if (entry.phase() == Phase.WRITING) {
                        host.profiles.put("base", DROP + "# theirs\n");
                    }
                    return false;
                };
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isPositive();
        assertThat(lines()).isEqualTo(DROP + "# theirs\n");
        assertThat(List.of(db.starts, web.starts)).containsExactly(0, 0);
        assertNothingIsUnderWay();
    }

    @Test
    void anUndoStaysOpenWhileTheRestartOfOneDoes() {
        host.run(APPLY);
        web.refusalsToStart = 99;
        FakeHost.Ran failed = host.run(UNDO);
        assertThat(failed.exit()).as(failed.toString()).isEqualTo(1);
        assertThat(phase()).isEqualTo(Phase.UNDOING);
        assertThat(lines()).isEmpty();
        web.refusalsToStart = 0;
        FakeHost.Ran again = host.run(UNDO);
        assertThat(again.exit()).as(again.toString()).isZero();
        assertThat(web.running && web.holds("sys_rawio")).isTrue();
        assertNothingIsUnderWay();
    }

    @Test
    void anExcludedOneWhoseRestartIsUnderWayIsNamedAndBroughtToItsEnd() {
        host.killAtStopOf(web, APPLY);
        FakeHost.Ran ran = host.run("undo", "--profile", "base", "--exclude", "incus:web", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(ran.err()).contains("the restart of 'incus:web' is under way");
        assertThat(web.running && web.holds("sys_rawio")).isTrue();
        assertNothingIsUnderWay();
    }

    @Test
    void whereAClassCannotBeLoadedInTheMiddleAllRunInTheEnd() {
        web.atStop =
                () -> {
                    web.atStop = () -> {};
                    throw new NoClassDefFoundError("no descriptors left");
                };
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isPositive();
        assertThat(web.running && db.running).as(ran.toString()).isTrue();
        assertThat(web.holds("sys_rawio") && db.holds("sys_rawio")).isTrue();
        assertThat(lines()).isEmpty();
        assertNothingIsUnderWay();
    }

    @Test
    void whatSaysNothingTogetherIsRefused() {
        assertThat(host.run("plan", "web", "--profile", "base").said())
                .containsExactly("'web' and --profile: only one of the two can be given");
        assertThat(host.run("plan", "--host", "--profile", "base").exit()).isEqualTo(2);
        assertThat(host.run("apply", "--all", "--profile", "base", "--yes").exit()).isEqualTo(2);
        assertThat(host.run("apply", "--live", "--profile", "base", "--yes").said())
                .containsExactly("--live is for containers, not for a profile");
        assertThat(host.run("plan", "--profile", "a/b/c").exit()).isEqualTo(2);
        assertThat(host.run("plan", "--profile", "lxd:base").said())
                .containsExactly(
                        "--profile is for profiles of Incus, and capdrop does not edit those of LXD;"
                                + " name each container, as in 'capdrop apply lxd:NAME'");
        assertThat(host.run("plan", "--profile", "none").said())
                .containsExactly("Incus has no profile 'none'");
        assertThat(host.run("apply", "--profile", "base").said())
                .containsExactly(
                        "apply asks before it changes anything, and there is no terminal: say --yes");
    }

    @Test
    void aProfileThatCannotBeWrittenRestartsNothing() {
        host.writeFailure = "Incus at '/x' refuses: forbidden";
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.said().getLast()).isEqualTo("Incus at '/x' refuses: forbidden");
        assertThat(List.of(web.starts, db.starts)).containsExactly(0, 0);
    }

    @Test
    void itsJsonTellsOfEachRestart() {
        FakeHost.Ran apply = host.run("apply", "--profile", "base", "--yes", "--json");
        assertThat(apply.out())
                .contains("capdrop/apply/2", "\"profile\" : \"base\"")
                .contains("\"target\" : \"profile:base\"", "\"target\" : \"incus:web\"")
                .contains("\"verdict\" : \"better\"", "\"problems\" : [ ]");
        FakeHost.Ran undo = host.run("undo", "--profile", "base", "--yes", "--json");
        assertThat(undo.out()).contains("capdrop/undo/2", "\"target\" : \"profile:base\"");
        for (JournalEntry entry : host.journal.entries) {
            assertThat(entry.contradiction(entry.target())).isEmpty();
        }
    }
}
