package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.drop.HostDrop;
import dev.capdrop.cli.drop.RestartOptions;
import dev.capdrop.core.change.Change.Ports;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.change.Rollout;
import dev.capdrop.core.change.SharedRestart;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.runtime.IncusFile.IncusProfile;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What an administrator sees of each container's turn in a change of a profile, and what becomes
/// of those that are in a state of their own meanwhile: on a host in memory.
final class ProfileTurnsTest {
    private static final String DROP = "lxc.cap.drop = sys_rawio\n";
    private static final String FILE = "/var/lib/incus/profiles/default_base/raw.lxc";
    private static final String[] APPLY = {"apply", "--profile", "base", "--yes"};
    private static final String[] LATER = {"apply", "--profile", "base", "--no-restart", "--yes"};
    private static final String[] UNDO = {"undo", "--profile", "base", "--yes"};
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Decision.LeftOut FROZEN =
            new Decision.LeftOut("it is frozen", "thaw it", Decision.Weight.REFUSED);

    private final FakeHost host = new FakeHost();
    private final FakeContainer db = degraded("db");
    private final FakeContainer web = degraded("web");

    @BeforeEach
    void makeProfile() {
        host.profiles.put("base", "");
    }

    private FakeContainer degraded(String name) {
        return host.incus(name, "base")
                .failsWith("sys_rawio", "kdump.service")
                .works("ssh.service");
    }

    private String lines() {
        return host.profiles.getOrDefault("base", "gone");
    }

    private JournalEntry last(String target) {
        return host.journal.entries(target).getLast();
    }

    private void assertNothingIsUnderWay() {
        assertThat(host.journal.entries).allMatch(entry -> entry.phase().ended());
    }

    /// Once the journal says this of one, something happens, once.
    private void once(String target, Phase phase, Runnable then) {
        host.killedAt =
                entry -> {
                    if (entry.target().equals(target) && entry.phase() == phase) {
                        host.killedAt = other -> false;
                        then.run();
                    }
                    return false;
                };
    }

    @Test
    void eachStepIsSaidBeforeItIsTaken() {
        FakeHost.Ran apply = host.run(APPLY);
        assertThat(apply.said())
                .as(apply.toString())
                .containsSubsequence(
                        "writing " + FILE,
                        "shutting db down",
                        "starting db",
                        "shutting web down",
                        "starting web",
                        "written, and restarted: incus:db, incus:web");
        assertThat(last("profile:base").outcome())
                .isEqualTo("written, and restarted: incus:db, incus:web");
        FakeHost.Ran undo = host.run(UNDO);
        assertThat(undo.said().getLast())
                .as(undo.toString())
                .isEqualTo("taken back; restarted: incus:db, incus:web");
    }

    @Test
    void theReasonForWhichAllGoBackIsSaidAndNoted() {
        db.breaksAtRestart = "ssh.service";
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.said())
                .as(ran.toString())
                .anyMatch(one -> one.startsWith("all of them go back: 'incus:db': "));
        assertThat(ran.out() + ran.err()).doesNotContain("somebody else has changed it");
        assertThat(last("profile:base").outcome())
                .isEqualTo(
                        "the old lines are back; 'incus:db': degraded; forecast 3 units, 2 as forecast");
        assertThat(web.starts).isZero();
    }

    @Test
    void theReasonIsThatOfTheContainerWhereItNeverStarted() {
        web.refusalsToStart = 1;
        host.run(APPLY);
        assertThat(last("profile:base").outcome())
                .contains("'incus:web': ")
                .contains("'incus:web' does not start");
    }

    @Test
    void theReasonForWhichAllGoBackIsThatOfTheInterruptedCommand() {
        web.breaksAtRestart = "ssh.service";
        host.killBefore("profile:base", Phase.ROLLING_BACK, APPLY);
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.out() + ran.err())
                .contains("all of them go back: 'incus:web': ")
                .doesNotContain("somebody else has changed it");
        assertThat(List.of(db.starts, web.starts)).containsExactly(2, 2);
        assertThat(db.holds("sys_rawio")).isTrue();
        assertNothingIsUnderWay();
    }

    @Test
    void theReasonIsThatOfTheOneWhoseTurnWasInterruptedWhereThatGetsWorse() {
        host.killAtStopOf(db, APPLY);
        db.breaksAtRestart = "ssh.service";
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.err())
                .contains("all of them go back: 'incus:db': degraded; forecast")
                .doesNotContain("somebody else has changed it");
        assertThat(web.starts).isZero();
        assertNothingIsUnderWay();
    }

    @Test
    void whereTheCommandWasKilledBeforeItTookTheLinesOutTheNextOneDoes() {
        web.breaksAtRestart = "ssh.service";
        host.atProfileRead =
                () -> {
                    if (host.journal.entries("incus:web").stream()
                            .anyMatch(one -> one.phase() == Phase.ROLLING_BACK)) {
                        throw host.kill();
                    }
                };
        host.killed(APPLY);
        host.atProfileRead = () -> {};
        assertThat(lines()).isEqualTo(DROP);
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(lines()).isEmpty();
        assertThat(db.holds("sys_rawio") && web.holds("sys_rawio")).isTrue();
        assertThat(last("profile:base").outcome()).contains("'incus:web': ");
        assertNothingIsUnderWay();
    }

    @Test
    void whatFailsWithinItIsNamedByItsKindAndItsMessage() {
        web.atStop =
                () -> {
                    web.atStop = () -> {};
                    throw new NoClassDefFoundError("no descriptors left");
                };
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.err())
                .contains(
                        "all of them go back: capdrop itself failed: java.lang.NoClassDefFoundError: no descriptors left; the container was down then, and has been started again");
        FakeHost other = new FakeHost();
        other.profiles.put("base", "");
        FakeContainer one = other.incus("one", "base").failsWith("sys_rawio", "kdump.service");
        one.atStop =
                () -> {
                    one.atStop = () -> {};
                    throw new IllegalStateException();
                };
        assertThat(other.run(APPLY).err())
                .contains(
                        "all of them go back: capdrop itself failed: java.lang.IllegalStateException");
    }

    @Test
    void aWriteThatFailedAndWasMadeAllTheSameIsTakenBack() {
        host.failureOnceWritten = "Incus at '/x' could not tell all instances";
        host.atProfileWritten =
                () -> {
                    if (lines().isEmpty()) {
                        host.failureOnceWritten = null;
                    }
                };
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isPositive();
        assertThat(ran.err()).contains("could not tell all instances");
        assertThat(lines()).isEmpty();
        assertThat(List.of(db.starts, web.starts)).containsExactly(0, 0);
        assertNothingIsUnderWay();
    }

    @Test
    void aClockThatIsSetBackMeanwhileLeavesNoneOut() {
        host.killedAt =
                entry -> {
                    if (entry.before().subject() instanceof Subject.Lines) {
                        host.now = host.now.minus(Duration.ofHours(1));
                    }
                    return false;
                };
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 1);
        assertNothingIsUnderWay();
    }

    @Test
    void whatAContainerThatIsGoneHadBegunIsClosedAndTheOthersGoOn() {
        host.killAtStopOf(db, APPLY);
        host.containers.remove(db);
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(last("incus:db").outcome()).isEqualTo("the container is gone");
        assertThat(web.starts).isEqualTo(1);
        assertThat(ran.err()).contains("written, and restarted: incus:web");
        assertNothingIsUnderWay();
    }

    @Test
    void anUndoClosesWhatAContainerThatIsGoneHadBegun() {
        host.killAtStopOf(db, APPLY);
        host.containers.remove(db);
        FakeHost.Ran ran = host.run(UNDO);
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(last("incus:db").outcome()).isEqualTo("the container is gone");
        assertNothingIsUnderWay();
    }

    @Test
    void oneThatWasRestartedAndIsGoneWhereAllGoBackHoldsNobodyUp() {
        web.breaksAtRestart = "ssh.service";
        web.atStop = () -> host.containers.remove(db);
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.err()).doesNotContain("incus:db' ran before");
        assertThat(lines()).isEmpty();
        assertNothingIsUnderWay();
    }

    @Test
    void oneThatCannotBeReadAfterItsRestartHoldsTheRestUpUntilTheNextCommandHasLooked() {
        db.atStop = () -> db.unreadable = true;
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 0);
        assertThat(lines()).isEqualTo(DROP);
        assertThat(last("incus:db").phase()).isEqualTo(Phase.UNVERIFIED);
        assertThat(last("profile:base").phase()).isEqualTo(Phase.RESTARTING);
        db.unreadable = false;
        FakeHost.Ran again = host.run(APPLY);
        assertThat(again.exit()).as(again.toString()).isZero();
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 1);
        assertNothingIsUnderWay();
    }

    @Test
    void oneThatIsStoppedWhileAllGoBackStaysSoAndTheJournalSaysSo() {
        web.breaksAtRestart = "ssh.service";
        web.atStop = () -> db.running = false;
        host.run(APPLY);
        assertThat(db.running).isFalse();
        assertThat(last("incus:db").phase()).isEqualTo(Phase.ROLLED_BACK);
        assertThat(last("incus:db").outcome())
                .isEqualTo("the old lines are back; it was stopped meanwhile, and stays so");
    }

    @Test
    void oneThatDoesNotStartOnTheWayBackIsTriedAgainThoughAnotherWasStoppedMeanwhile() {
        FakeContainer mid = degraded("mid");
        web.breaksAtRestart = "ssh.service";
        web.atStop =
                () -> {
                    web.atStop = () -> {};
                    db.refusalsToStart = 1;
                    mid.running = false;
                };
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(db.running && db.holds("sys_rawio")).as(ran.toString()).isTrue();
        assertThat(mid.running).isFalse();
        assertNothingIsUnderWay();
    }

    @Test
    void oneThatIsStoppedOnceItIsBackAndComparedStaysStopped() {
        web.breaksAtRestart = "ssh.service";
        once("incus:web", Phase.ROLLED_BACK, () -> web.running = false);
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(web.running).as(ran.toString()).isFalse();
        assertThat(web.starts).isEqualTo(2);
        assertThat(ran.err()).doesNotContain("has to be looked after");
    }

    @Test
    void oneThatIsStoppedAfterItsWayBackAndBeforeTheNextCommandStaysSo() {
        web.breaksAtRestart = "ssh.service";
        host.killBefore("profile:base", Phase.ROLLING_BACK, APPLY);
        assertThat(last("incus:web").phase()).isEqualTo(Phase.ROLLED_BACK);
        web.running = false;
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(web.running).as(ran.toString()).isFalse();
        assertThat(db.running && db.holds("sys_rawio")).isTrue();
        assertNothingIsUnderWay();
    }

    @Test
    void oneThatNeverStartsIsTriedTwiceMoreAndNotForEver() {
        web.refusalsToStart = 99;
        FakeHost.Ran ran = host.run(APPLY);
        // its turn, the way back, and two attempts to save it
        assertThat(web.refusalsToStart).as(ran.toString()).isEqualTo(99 - 4);
        assertThat(ran.said().stream().filter("starting web"::equals)).hasSize(4);
        assertThat(ran.err())
                .contains(
                        "'incus:web' ran before, and has to be looked after: 'incus:web' does not start");
    }

    @Test
    void oneThatDoesNotStartInAnUndoIsStartedOnceMore() {
        host.run(APPLY);
        web.refusalsToStart = 1;
        FakeHost.Ran ran = host.run(UNDO);
        assertThat(web.running && web.holds("sys_rawio")).as(ran.toString()).isTrue();
        assertThat(ran.err()).contains("'incus:web': 'incus:web' does not start");
    }

    @Test
    void oneThatStillShutsDownAfterAnUndoThatFailedIsWaitedForAndStarted() {
        host.run(APPLY);
        assertShutsDownAndIsStarted(() -> web.stopping = true);
    }

    @Test
    void oneThatIsSilentAfterAnUndoThatFailedMayShutDownAndIsWaitedForAndStarted() {
        host.run(APPLY);
        web.atStop = () -> web.withoutSystemd = false;
        assertShutsDownAndIsStarted(() -> web.withoutSystemd = true);
    }

    /// @param begun what its systemd has begun when its shutdown counts as failed
    private void assertShutsDownAndIsStarted(Runnable begun) {
        web.refusesToStop = "'incus:web' still runs 120 s after it was to stop";
        web.onceRefused =
                () -> {
                    web.refusesToStop = null;
                    begun.run();
                };
        FakeHost.Ran ran = host.run(UNDO);
        assertThat(ran.said())
                .as(ran.toString())
                .containsSubsequence("waiting until web is down", "starting web");
        assertThat(web.running && web.holds("sys_rawio")).isTrue();
        assertThat(web.starts).isEqualTo(2);
    }

    @Test
    void oneThatRefusedToStopAndRunsOnIsNotStoppedByARescue() {
        host.run(APPLY);
        web.refusesToStop = "'incus:web' still runs 120 s after it was to stop";
        web.onceRefused = () -> web.refusesToStop = null;
        FakeHost.Ran ran = host.run(UNDO);
        assertThat(ran.said()).as(ran.toString()).doesNotContain("waiting until web is down");
        assertThat(web.running).isTrue();
        assertThat(web.starts).isEqualTo(1);
    }

    @Test
    void withoutRestartsOneThatShutsDownIsNotStoppedEither() {
        host.killAtStopOf(web, APPLY);
        web.running = true;
        web.stopping = true;
        FakeHost.Ran ran = host.run("undo", "--profile", "base", "--no-restart", "--yes");
        assertThat(ran.said()).as(ran.toString()).doesNotContain("waiting until web is down");
        assertThat(web.starts).isZero();
    }

    @Test
    void oneThatWasLeftOutByWhoFinishesIsNotRestartedByTheNext() {
        FakeContainer mid = degraded("mid");
        host.killAtStopOf(db, APPLY);
        web.unchangeable = FROZEN;
        host.run("apply", "--profile", "base", "--exclude", "incus:mid", "--yes");
        assertThat(List.of(db.starts, mid.starts, web.starts)).containsExactly(1, 0, 0);
        web.unchangeable = null;
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(List.of(db.starts, mid.starts, web.starts)).containsExactly(1, 0, 1);
    }

    @Test
    void oneThatWaitedForARestartIsLookedAtBeforeItIsRestartedAfterAll() {
        host.killAtStopOf(db, APPLY);
        db.running = true;
        host.killBefore("incus:db", Phase.APPLIED, LATER);
        assertThat(last("incus:db").phase()).isEqualTo(Phase.WAITING_FOR_RESTART);
        db.unchangeable = FROZEN;
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.err()).contains("'incus:db': it is frozen; thaw it");
        assertThat(List.of(db.starts, web.starts)).containsExactly(0, 0);
    }

    @Test
    void oneThatAnEarlierCommandStillStartsIsLookedAtOnceItRuns() {
        host.killAtStopOf(db, APPLY);
        db.onceAwaited = () -> db.running = true;
        db.unchangeable = FROZEN;
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.err()).as(ran.toString()).contains("'incus:db': it is frozen; thaw it");
        assertThat(List.of(db.starts, web.starts)).containsExactly(0, 0);
    }

    @Test
    void oneWhoseTurnComesWhileAnotherStartsItIsRestarted() {
        db.atStop =
                () -> {
                    web.running = false;
                    web.onceAwaited = () -> web.running = true;
                };
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(List.of(db.starts, web.starts)).as(ran.toString()).containsExactly(1, 1);
        assertThat(web.running && !web.holds("sys_rawio")).isTrue();
    }

    @Test
    void oneThatStartsByItselfAfterAllIsNotStartedASecondTime() {
        db.refusalsToStart = 2;
        once("incus:db", Phase.ROLLED_BACK, () -> db.onceAwaited = db::start);
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(db.running).as(ran.toString()).isTrue();
        assertThat(db.starts).isEqualTo(1);
    }

    @Test
    void aChangeThatWasKilledBeforeItsLinesWereWrittenRestartsNobodyAndWhatIsAskedIsDone() {
        host.killBefore("profile:base", Phase.RESTARTING, APPLY);
        host.profiles.put("base", "");
        host.interactive = true;
        FakeHost.Ran declined = host.run("apply", "--profile", "base");
        host.interactive = false;
        assertThat(declined.err()).contains("ended before '" + FILE + "' was written");
        assertThat(List.of(db.starts, web.starts)).containsExactly(0, 0);
        assertNothingIsUnderWay();
        host.killBefore("profile:base", Phase.RESTARTING, APPLY);
        host.profiles.put("base", "");
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(ran.err()).contains("ended before '" + FILE + "' was written");
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 1);
        assertThat(db.holds("sys_rawio") || web.holds("sys_rawio")).isFalse();
        assertNothingIsUnderWay();
    }

    @Test
    void nobodyIsRestartedForLinesThatSomebodyElseWroteInstead() {
        host.killAtStopOf(db, APPLY);
        String theirs = "lxc.cap.keep = chown sys_admin\n";
        host.profiles.put("base", theirs);
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.err()).as(ran.toString()).contains("our names are not in");
        assertThat(db.running).isTrue();
        assertThat(web.starts).isZero();
        assertThat(lines()).isEqualTo(theirs);
    }

    @Test
    void onePlannedThatIsExcludedFromTheUndoIsNotRestarted() {
        host.killAtStopOf(db, APPLY);
        web.start();
        FakeHost.Ran ran = host.run("undo", "--profile", "base", "--exclude", "incus:web", "--yes");
        assertThat(List.of(db.starts, web.starts)).as(ran.toString()).containsExactly(1, 1);
        assertThat(lines()).isEmpty();
        assertNothingIsUnderWay();
    }

    @Test
    void anUndoWithoutRestartsNamesThoseThatWaitForOneAndNoOther() {
        FakeContainer stopped = degraded("mid").stopped();
        FakeContainer late = degraded("late");
        host.run("apply", "--profile", "base", "--exclude", "late", "--yes");
        host.run("undo", "--profile", "base", "--no-restart", "--yes");
        assertThat(last("profile:base").outcome())
                .contains("waits for a restart: ")
                .doesNotContain("incus:mid")
                .doesNotContain("incus:late")
                .doesNotContain("restarted: ");
        assertThat(List.of(stopped.starts, late.starts)).containsExactly(0, 0);
    }

    @Test
    void anUndoOfLinesThatWereOnlyWrittenNamesWhoeverHasStartedWithThem() {
        host.run(LATER);
        web.start();
        host.run("undo", "--profile", "base", "--no-restart", "--yes");
        assertThat(last("profile:base").outcome())
                .isEqualTo("taken back; waits for a restart: incus:web");
    }

    @Test
    void anUndoRestartsWhoeverHasStartedWithTheLinesAndEachIsInTheJournalOnce() {
        FakeContainer late = degraded("late").stopped();
        host.run(APPLY);
        late.start();
        FakeHost.Ran ran = host.run(UNDO);
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(late.starts).isEqualTo(2);
        assertThat(late.holds("sys_rawio")).isTrue();
        for (String target : List.of("incus:db", "incus:late", "incus:web")) {
            assertThat(host.journal.entries(target)).as(target).hasSize(1);
            assertThat(last(target).phase()).as(target).isEqualTo(Phase.UNDONE);
        }
        assertThat(last("profile:base").outcome()).doesNotContain("waits for a restart");
    }

    @Test
    void oneThatIsFrozenAtAnUndoIsNamedAndWaits() {
        host.run(APPLY);
        web.unchangeable = FROZEN;
        FakeHost.Ran ran = host.run(UNDO);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.err()).contains("'incus:web': it is frozen; thaw it");
        assertThat(List.of(db.starts, web.starts)).containsExactly(2, 1);
        assertThat(last("profile:base").outcome())
                .isEqualTo("taken back; restarted: incus:db; waits for a restart: incus:web");
    }

    @Test
    void oneThatShutsDownWhereTheProfileIsGoneIsWaitedForAndStarted() {
        host.killAtStopOf(web, APPLY);
        web.running = true;
        web.stopping = true;
        FakeHost.Ran ran = undoOfGone();
        assertThat(ran.said()).contains("waiting until web is down", "starting web");
        assertThat(web.running).isTrue();
        assertThat(web.starts).isEqualTo(1);
        assertThat(ran.err()).doesNotContain("look at it");
    }

    @Test
    void oneThatIsSilentWhereTheProfileIsGoneIsToBeLookedAt() {
        host.killAtStopOf(web, APPLY);
        web.running = true;
        web.withoutSystemd = true;
        assertThat(undoOfGone().err()).contains("it may be shutting down: look at it");
        assertThat(web.starts).isZero();
    }

    @Test
    void oneThatCannotBeReadWhereTheProfileIsGoneIsToBeLookedAt() {
        host.killAtStopOf(web, APPLY);
        web.onceAwaited = () -> web.unreadable = true;
        FakeHost.Ran ran = undoOfGone();
        assertThat(web.running).as(ran.toString()).isTrue();
        assertThat(ran.err()).contains("it may be shutting down: look at it");
    }

    @Test
    void oneThatRunsWhereTheProfileIsGoneNeedNotBeLookedAt() {
        host.killAtStopOf(web, APPLY);
        web.running = true;
        FakeHost.Ran ran = undoOfGone();
        assertThat(ran.err())
                .contains("'incus:web': its restart was interrupted")
                .doesNotContain("look at it")
                .doesNotContain("waiting until web is down");
        assertThat(web.starts).isZero();
    }

    @Test
    void oneThatNeverStartsWhereTheProfileIsGoneIsNamed() {
        host.killAtStopOf(web, APPLY);
        web.refusalsToStart = 99;
        assertThat(undoOfGone().err())
                .contains("'incus:web' ran before, and has to be looked after")
                .doesNotContain("its restart was interrupted");
    }

    private FakeHost.Ran undoOfGone() {
        host.profiles.put("default", "");
        host.profiles.remove("base");
        FakeHost.Ran ran = host.run(UNDO);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertNothingIsUnderWay();
        return ran;
    }

    /// The restarts, interrupted once something is so.
    private SharedRestart interrupted(BooleanSupplier stopped) {
        Host here = host.host();
        IncusProfile profile = Objects.requireNonNull(IncusProfile.of(FILE));
        HostDrop drop = new HostDrop(here, new Subject.Profile(profile));
        SharedRestart.Turns turns =
                new SharedRestart.Turns() {
                    @Override
                    public String unrestartable(ContainerId container) {
                        return "";
                    }

                    @Override
                    public String obstacle(Snapshot now) {
                        return "";
                    }

                    @Override
                    public boolean stopped() {
                        return stopped.getAsBoolean();
                    }

                    @Override
                    public boolean exists(ContainerId container) {
                        return host.has(container);
                    }
                };
        Ports ports =
                new Ports(
                        drop.store(),
                        here.runtimes().of(RuntimeKind.INCUS),
                        host.journal,
                        here.reader(),
                        here.inside().starter(),
                        here.inside().live(),
                        here.facts().clock(),
                        step -> {});
        return new SharedRestart(
                ports, drop.change(), RestartOptions.within(TIMEOUT, false).restart(), turns);
    }

    @Test
    void whoInterruptsLetsTheTurnThatIsUnderWayEndAndBeginsNoOther() throws IOException {
        host.killAtStopOf(db, APPLY);
        Rollout ended =
                interrupted(() -> db.starts > 0)
                        .resume(last("profile:base"), List.of(db.id, web.id));
        assertThat(ended.complete()).isFalse();
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 0);
        assertThat(last("incus:db").phase()).isEqualTo(Phase.APPLIED);
        assertThat(last("profile:base").phase()).isEqualTo(Phase.RESTARTING);
        assertThat(host.run(APPLY).exit()).isZero();
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 1);
        assertNothingIsUnderWay();
    }

    @Test
    void whoInterruptsTheLastTurnLeavesTheChangeToTheNextCommand() throws IOException {
        host.killAtStopOf(db, APPLY);
        interrupted(() -> web.starts > 0).resume(last("profile:base"), List.of(db.id, web.id));
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 1);
        assertThat(last("profile:base").phase()).isEqualTo(Phase.RESTARTING);
        assertThat(host.run(APPLY).exit()).isZero();
        assertNothingIsUnderWay();
    }

    @Test
    void whoInterruptsAnUndoLeavesTheRestToTheNextOne() throws IOException {
        host.run(APPLY);
        interrupted(() -> db.starts > 1).undo(last("profile:base"), List.of(db.id, web.id));
        assertThat(List.of(db.starts, web.starts)).containsExactly(2, 1);
        assertThat(last("profile:base").phase()).isEqualTo(Phase.UNDOING);
        assertThat(lines()).isEmpty();
        assertThat(host.run(UNDO).exit()).isZero();
        assertThat(List.of(db.starts, web.starts)).containsExactly(2, 2);
        assertNothingIsUnderWay();
    }
}
