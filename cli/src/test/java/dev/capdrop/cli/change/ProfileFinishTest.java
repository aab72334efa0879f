package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.journal.JournalEntry.Phase;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What becomes of a change of a profile that was interrupted, overtaken by somebody else or taken
/// back: on a host in memory.
final class ProfileFinishTest {
    private static final String DROP = "lxc.cap.drop = sys_rawio\n";
    private static final String[] APPLY = {"apply", "--profile", "base", "--yes"};
    private static final String[] UNDO = {"undo", "--profile", "base", "--yes"};

    private final FakeHost host = new FakeHost();
    private final FakeContainer db = degraded(host.incus("db", "base"));
    private final FakeContainer web = degraded(host.incus("web", "base"));

    @BeforeEach
    void makeProfile() {
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

    private void assertNothingIsUnderWay() {
        assertThat(host.journal.entries).allMatch(entry -> entry.phase().ended());
    }

    private void onceWritten(Consumer<String> then) {
        host.atProfileWritten =
                () -> {
                    host.atProfileWritten = () -> {};
                    then.accept(lines());
                };
    }

    @Test
    void aFrozenOneWhoseOwnTurnWasInterruptedHoldsTheRestUpAndNothingGoesBack() {
        host.killAtStopOf(db, APPLY);
        db.running = true;
        db.unchangeable = new Decision.LeftOut("it is frozen", "thaw it", Decision.Weight.REFUSED);
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.err()).contains("'incus:db': it is frozen; thaw it");
        assertThat(ran.err()).doesNotContain("has to be looked after");
        assertThat(lines()).isEqualTo(DROP);
        assertThat(List.of(db.starts, web.starts)).containsExactly(0, 0);
        assertThat(phase()).isEqualTo(Phase.RESTARTING);
        db.unchangeable = null;
        FakeHost.Ran again = host.run(APPLY);
        assertThat(again.exit()).as(again.toString()).isZero();
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 1);
        assertNothingIsUnderWay();
    }

    @Test
    void oneThatWouldLoseMoreByNowHoldsTheRestUpThoughItsTurnHadBegun() {
        host.killAtStopOf(db, APPLY);
        db.running = true;
        db.needs("sys_rawio", "need.service");
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.err()).contains("'incus:db': the drop would cost it need.service now");
        assertThat(List.of(db.starts, web.starts)).containsExactly(0, 0);
        assertThat(lines()).isEqualTo(DROP);
    }

    @Test
    void oneThatHasBegunToShutDownIsBroughtToItsEnd() {
        host.killAtStopOf(db, APPLY);
        db.running = true;
        db.withoutSystemd = true;
        db.atStop = () -> db.withoutSystemd = false;
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 1);
    }

    @Test
    void whatWasAllowedHoldsForTheCommandThatFinishes() {
        db.needs("sys_rawio", "need.service");
        web.needs("sys_rawio", "need.service");
        host.killAtStopOf(
                db,
                "apply",
                "--profile",
                "base",
                "--drop",
                "sys_rawio",
                "--allow-skip",
                "need.service",
                "--yes");
        FakeHost.Ran ran = host.run(APPLY);
        assertThat(ran.err()).as(ran.toString()).doesNotContain("would cost it");
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 1);
        assertNothingIsUnderWay();
    }

    @Test
    void whoFinishesMayAllowMore() {
        host.killAtStopOf(db, APPLY);
        web.needs("sys_rawio", "need.service");
        FakeHost.Ran ran =
                host.run("apply", "--profile", "base", "--allow-skip", "need.service", "--yes");
        assertThat(List.of(db.starts, web.starts)).as(ran.toString()).containsExactly(1, 1);
        assertNothingIsUnderWay();
    }

    @Test
    void anUndoThatSomebodyElsesWriteOvertakesTakesOurNamesOutOfThatToo() {
        host.run(APPLY);
        onceWritten(now -> host.profiles.put("base", DROP + "# theirs\n"));
        FakeHost.Ran ran = host.run(UNDO);
        assertThat(lines()).as(ran.toString()).isEqualTo("# theirs\n");
        assertThat(phase()).isEqualTo(Phase.UNDONE);
    }

    @Test
    void anUndoThatIsOvertakenEachTimeStaysOpenAndSaysSo() {
        host.run(APPLY);
        host.atProfileWritten = () -> host.profiles.put("base", DROP + "# theirs\n");
        FakeHost.Ran ran = host.run(UNDO);
        assertThat(ran.exit()).as(ran.toString()).isNotZero();
        assertThat(ran.err())
                .contains("writes our names into it again")
                .contains("'capdrop undo --profile base'");
        assertThat(phase()).isEqualTo(Phase.UNDOING);
    }

    @Test
    void anApplyWithoutRestartsWhoseLinesAreGoneAtItsEndIsNotApplied() {
        onceWritten(now -> host.profiles.put("base", "# theirs\n"));
        FakeHost.Ran ran = host.run("apply", "--profile", "base", "--no-restart", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.err()).contains("our names are not in").doesNotContain("written; in force");
        assertThat(phase()).isEqualTo(Phase.ABANDONED);
        assertThat(lines()).isEqualTo("# theirs\n");
    }

    @Test
    void whoStillLacksTheOldStateAfterARollbackIsNamed() {
        FakeContainer late = startedBeforeTheRollback();
        FakeHost.Ran ran =
                host.run("apply", "--profile", "base", "--exclude", "incus:late", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(phase()).isEqualTo(Phase.ROLLED_BACK);
        assertThat(late.holds("sys_rawio")).isFalse();
        assertThat(ran.out()).endsWith("does not do it): incus:late\n");
    }

    /// An instance that somebody starts with the new lines before `web` breaks and all is taken
    /// back.
    private FakeContainer startedBeforeTheRollback() {
        FakeContainer late = degraded(host.incus("late", "base"));
        web.breaksAtRestart = "ssh.service";
        web.atStop =
                () -> {
                    web.atStop = () -> {};
                    late.start();
                };
        return late;
    }

    @Test
    void theJsonOfARollbackNamesThemToo() {
        startedBeforeTheRollback();
        FakeHost.Ran ran =
                host.run("apply", "--profile", "base", "--exclude", "late", "--yes", "--json");
        assertThat(ran.out().replaceAll("\\s", "")).contains("\"restart\":[\"incus:late\"]");
    }

    @Test
    void oneThatRunsIsNotStoppedWhereTheProfileIsGone() {
        host.killAtStopOf(web, APPLY);
        web.running = true;
        web.withoutSystemd = true;
        host.profiles.put("default", "");
        host.profiles.remove("base");
        FakeHost.Ran ran = host.run(UNDO);
        assertThat(web.starts).as(ran.toString()).isZero();
        assertThat(web.running).isTrue();
        assertThat(ran.err()).contains("'incus:web': its restart was interrupted");
        assertNothingIsUnderWay();
    }

    @Test
    void withoutRestartsARollbackTakesTheLinesOutAndNamesWhoRunsWithoutTheOldState() {
        web.breaksAtRestart = "ssh.service";
        host.killBefore("profile:base", Phase.ROLLING_BACK, APPLY);
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 2);
        FakeHost.Ran ran = host.run("apply", "--profile", "base", "--no-restart", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(lines()).isEmpty();
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 2);
        assertThat(ran.out()).endsWith("does not do it): incus:db\n");
        assertThat(phase()).isEqualTo(Phase.ROLLED_BACK);
        assertNothingIsUnderWay();
    }

    @Test
    void withoutRestartsOneThatTurnsOutWorseIsNotRestartedEither() {
        db.breaksAtRestart = "ssh.service";
        host.killBefore("incus:db", Phase.ROLLING_BACK, APPLY);
        assertThat(db.starts).isEqualTo(1);
        FakeHost.Ran ran = host.run("apply", "--profile", "base", "--no-restart", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(lines()).isEmpty();
        assertThat(List.of(db.starts, web.starts)).containsExactly(1, 0);
        assertThat(ran.out()).endsWith("does not do it): incus:db\n");
        assertNothingIsUnderWay();
    }

    @Test
    void withoutRestartsARollbackStartsWhatWasLeftDownAndSaysSoBefore() {
        db.breaksAtRestart = "ssh.service";
        host.killBefore("incus:db", Phase.ROLLING_BACK, APPLY);
        db.running = false;
        host.interactive = true;
        host.answers = "y\n";
        FakeHost.Ran ran = host.run("apply", "--profile", "base", "--no-restart");
        assertThat(ran.err()).contains("start what a restart for it left down: incus:db");
        assertThat(ran.err()).doesNotContain("restart what of it has not been");
        assertThat(db.running).as(ran.toString()).isTrue();
        assertThat(web.starts).isZero();
    }

    @Test
    void anUndoWithoutRestartsAsksWhetherToStartWhatWasLeftDown() {
        host.killAtStopOf(db, APPLY);
        host.interactive = true;
        host.answers = "n\n";
        FakeHost.Ran ran = host.run("undo", "--profile", "base", "--no-restart");
        assertThat(ran.err())
                .contains("and start what a restart for it left down: incus:db?")
                .contains("No container that runs is restarted");
        assertThat(db.running).isFalse();
    }

    @Test
    void aResumedUndoSaysThatItWasOurs() {
        host.run(APPLY);
        web.refusalsToStart = 99;
        host.run(UNDO);
        assertThat(phase()).isEqualTo(Phase.UNDOING);
        web.refusalsToStart = 0;
        FakeHost.Ran again = host.run(UNDO);
        assertThat(again.err()).contains("taken back").doesNotContain("nothing of it");
    }

    @Test
    void anUndoThatCannotWriteSaysWhatIsLeftAndWhatToDo() {
        host.run(APPLY);
        host.writeFailure = "Incus at '/x' refuses: forbidden";
        FakeHost.Ran ran = host.run(UNDO);
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.said())
                .containsSubsequence(
                        "Incus at '/x' refuses: forbidden",
                        "an undo was interrupted: our names are still in"
                                + " '/var/lib/incus/profiles/default_base/raw.lxc'; run 'capdrop undo"
                                + " --profile base' to finish it");
    }

    @Test
    void anUndoOfTheFileOfAllThatCannotWriteSaysTheSame() {
        host.lxc("c1").failsWith("sys_rawio", "kdump.service");
        host.run("apply", "--host", "--yes");
        host.writeFailure = "'" + FakeHost.SHARED + "': disk full";
        FakeHost.Ran ran = host.run("undo", "--host", "--yes");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.said())
                .containsSubsequence(
                        "'" + FakeHost.SHARED + "': disk full",
                        "an undo was interrupted: our names are still in '"
                                + FakeHost.SHARED
                                + "'; run 'capdrop undo --host' to finish it");
    }
}
