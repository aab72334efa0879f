package dev.capdrop.core.verification;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Unread;
import dev.capdrop.core.verification.Verification.Mismatch;
import dev.capdrop.core.verification.Verification.Verdict;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A forecast from files beside the first boot that anybody sees.
final class ComparisonTest {
    private static final CapabilitySet DROP = CapabilitySet.of("sys_rawio");

    private static Verification compared(Sketch before, Sketch after) {
        Snapshot snapshot = before.draw();
        CapabilitySet next = requireNonNull(snapshot.init()).bounding().minus(DROP);
        return Comparison.of(
                Forecaster.over(snapshot).forecast(next),
                Comparison.Purpose.DROPPING,
                DROP,
                Set.of(),
                snapshot,
                after.draw());
    }

    @ParameterizedTest
    @CsvSource({"active, running", "inactive, dead", "failed, failed"})
    void whateverAProgramMakesOfItsStartItWasStarted(String state, String sub) {
        Verification verification =
                compared(
                        new Sketch().wanted("a.service", "started", "running"),
                        new Sketch().wanted("a.service", state, sub));
        assertThat(verification.mismatches()).isEmpty();
        assertThat(verification.matched()).isEqualTo(verification.definite());
        assertThat(verification.verdict()).isEqualTo(Verdict.SAME);
    }

    @Test
    void aStartThatDoesNotComeIsAMismatch() {
        Verification verification =
                compared(
                        new Sketch().wanted("a.service", "started", "running"),
                        new Sketch()
                                .wanted(
                                        "a.service",
                                        "inactive",
                                        "dead",
                                        Sketch.needs("CAP_SYS_RAWIO", Condition.Result.FAILED)));
        assertThat(verification.mismatches())
                .extracting(Mismatch::unit)
                .containsExactly("a.service");
        assertThat(verification.verdict()).isEqualTo(Verdict.WORSE);
    }

    @Test
    void whatTheFilesOfAContainerThatIsDownSayIsNoBoot() {
        Snapshot before = new Sketch().wanted("a.service", "active", "running").draw();
        CapabilitySet next = requireNonNull(before.init()).bounding().minus(DROP);
        Snapshot forecast = new Sketch().wanted("a.service", "started", "running").draw();
        Snapshot down =
                Snapshot.of(forecast.takenAt(), forecast.container(), forecast.host())
                        .with(forecast.configuration())
                        .with(new Init(0, forecast.takenAt(), true, next, false))
                        .with(forecast.systemd());
        Verification verification =
                Comparison.of(
                        Forecaster.over(before).forecast(next),
                        Comparison.Purpose.DROPPING,
                        DROP,
                        Set.of(),
                        before,
                        down);
        assertThat(verification.verdict()).isEqualTo(Verdict.WORSE);
        assertThat(verification.sentence()).isEqualTo("the container does not run any more");
        assertThat(verification.mismatches()).isEmpty();
    }

    @Test
    void whatMayHaveFailedBeforeDoesNotHideWhatIsHealed() {
        Verification verification =
                compared(
                        new Sketch()
                                .wanted("a.service", "started", "running")
                                .wanted("b.mount", "failed", "failed"),
                        new Sketch()
                                .wanted("a.service", "failed", "failed")
                                .wanted("b.mount", "active", "mounted"));
        assertThat(verification.verdict()).isEqualTo(Verdict.BETTER);
    }

    @Test
    void workThatIsDoneAtEachBootAndIsNotThisTimeIsALoss() {
        for (String sub : List.of("exited", "waiting")) {
            Verification verification =
                    compared(
                            healthy().wanted("firewall.service", "active", sub),
                            healthy().wanted("firewall.service", "inactive", "dead"));
            assertThat(verification.mismatches()).extracting(Mismatch::harm).containsExactly(true);
            assertThat(verification.verdict()).isEqualTo(Verdict.WORSE);
        }
    }

    private static Sketch healthy() {
        return new Sketch().wanted("a.service", "active", "running");
    }

    private static Sketch without(CapabilitySet drop) {
        return healthy().bounding(CapabilitySet.upTo(40).minus(drop));
    }

    @Test
    void aJobThatComesAfterTheBootIsNoUnfinishedBoot() {
        Verification verification =
                compared(
                        healthy().wanted("loop.service", "activating", "auto-restart").restarted(3),
                        healthy()
                                .wanted("loop.service", "activating", "auto-restart")
                                .restarted(1)
                                .job("loop.service", "start"));
        assertThat(verification.verdict()).isEqualTo(Verdict.SAME);
        assertThat(verification.mismatches()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "active, running",
        "activating, auto-restart",
        "activating, start",
        "failed, failed"
    })
    void whatSystemdStartsAgainAndAgainIsNotJudgedByTheInstant(String state, String sub) {
        for (String[] then : new String[][] {{"active", "running"}, {"failed", "failed"}}) {
            Verification verification =
                    compared(
                            healthy().wanted("loop.service", then[0], then[1]).restarted(5),
                            healthy().wanted("loop.service", state, sub).restarted(2));
            assertThat(verification.mismatches()).isEmpty();
            assertThat(verification.verdict()).isEqualTo(Verdict.SAME);
        }
    }

    /// With `RestartSec=2` systemd's limit of starts is never met (mon.service, seen after 17).
    @Test
    void whatOnlyRestartsMakeSeemToRunHasFailed() {
        Sketch before = healthy().wanted("b.service", "active", "running");
        Sketch restarted = healthy().wanted("b.service", "active", "running");
        assertThat(compared(before, restarted.restarted(5)).verdict()).isEqualTo(Verdict.WORSE);
        assertThat(compared(before, restarted.restarted(1)).verdict()).isEqualTo(Verdict.SAME);
    }

    @Test
    void whatBeginsToBeStartedAgainAndAgainIsJudged() {
        Verification verification =
                compared(
                        healthy().wanted("b.service", "active", "running"),
                        healthy().wanted("b.service", "activating", "auto-restart").restarted(2));
        assertThat(verification.verdict()).isEqualTo(Verdict.WORSE);
    }

    @Test
    void aBootThatHasNotEndedIsAVerdictOfItsOwnThatNamesWhatItWaitsFor() {
        Verification verification =
                compared(
                        healthy().wanted("hang.service", "active", "exited"),
                        healthy()
                                .wanted("hang.service", "activating", "start")
                                .state("starting")
                                .job("hang.service", "start"));
        assertThat(verification.verdict()).isEqualTo(Verdict.UNSETTLED);
        assertThat(verification.sentence())
                .isEqualTo("its boot has not ended (waiting for hang.service, 300 s)");
    }

    @Test
    void aBootThatHangsWhereTheOneBeforeHungIsCompared() {
        Sketch then =
                healthy()
                        .wanted("hang.service", "activating", "start")
                        .state("starting")
                        .job("hang.service", "start");
        Sketch same =
                healthy()
                        .wanted("hang.service", "activating", "start")
                        .state("starting")
                        .job("hang.service", "start");
        assertThat(compared(then, same).verdict()).isEqualTo(Verdict.SAME);
        assertThat(compared(then, same.job("other.service", "start")).verdict())
                .isEqualTo(Verdict.UNSETTLED);
    }

    private static Snapshot silent(Snapshot snapshot, Unread.Part part) {
        return Snapshot.of(snapshot.takenAt(), snapshot.container(), snapshot.host())
                .with(snapshot.configuration())
                .with(snapshot.init())
                .with(part == Unread.Part.UNITS ? snapshot.systemd() : null)
                .withProblems(List.of("D-Bus did not answer within 15 s"))
                .withUnread(
                        List.of(
                                new Unread(
                                        part,
                                        List.of("a.service"),
                                        "D-Bus did not answer within 15 s")));
    }

    private static Verification read(Sketch after, Unread.Part missing) {
        Snapshot before = healthy().draw();
        CapabilitySet next = requireNonNull(before.init()).bounding().minus(DROP);
        return Comparison.of(
                Forecaster.over(before).forecast(next),
                Comparison.Purpose.DROPPING,
                DROP,
                Set.of(),
                before,
                silent(after.draw(), missing));
    }

    @Test
    void silenceIsAVerdictOfItsOwnAndNotWorse() {
        Verification verification = read(healthy(), Unread.Part.SYSTEMD);
        assertThat(verification.verdict()).isEqualTo(Verdict.UNREAD);
        assertThat(verification.sentence()).isEqualTo("D-Bus did not answer within 15 s");
    }

    @Test
    void whereNobodyIsLeftToAnswerItIsWorse() {
        assertThat(read(healthy(), Unread.Part.SYSTEMD_GONE).verdict()).isEqualTo(Verdict.WORSE);
    }

    @Test
    void ofAReadingThatIsNotWholeOnlyTheWorseIsTaken() {
        assertThat(read(healthy(), Unread.Part.UNITS).verdict()).isEqualTo(Verdict.UNREAD);
        Sketch failed = new Sketch().wanted("a.service", "failed", "failed");
        assertThat(read(failed, Unread.Part.UNITS).verdict()).isEqualTo(Verdict.WORSE);
    }

    @Test
    void aLossThatWasForecastIsWorseAsForecast() {
        Verification verification =
                compared(
                        healthy()
                                .wanted(
                                        "b.service",
                                        "active",
                                        "running",
                                        Sketch.needs("CAP_SYS_RAWIO", Condition.Result.SUCCEEDED)),
                        without(DROP)
                                .wanted(
                                        "b.service",
                                        "inactive",
                                        "dead",
                                        Sketch.needs("CAP_SYS_RAWIO", Condition.Result.FAILED)));
        assertThat(verification.verdict()).isEqualTo(Verdict.WORSE_AS_FORECAST);
        assertThat(verification.mismatches()).isEmpty();
    }

    @Test
    void whatHappensToWorkThisTimeIsNothingThatTheDropHasHealed() {
        Verification verification =
                compared(
                        healthy().wanted("moody.service", "failed", "failed").exitedWith(1),
                        healthy().wanted("moody.service", "active", "exited"));
        assertThat(verification.verdict()).isEqualTo(Verdict.SAME);
    }

    @ParameterizedTest
    @CsvSource({"failed, failed", "active, exited"})
    void whatIsTakenBackIsAsBeforeWhateverElseFailsInThisBoot(String state, String sub) {
        Snapshot before =
                healthy()
                        .wanted(
                                "b.mount",
                                "failed",
                                "failed",
                                Sketch.needs("CAP_SYS_RAWIO", Condition.Result.SUCCEEDED))
                        .wanted("moody.service", "active", "exited")
                        .draw();
        Snapshot after =
                healthy()
                        .wanted(
                                "b.mount",
                                "failed",
                                "failed",
                                Sketch.needs("CAP_SYS_RAWIO", Condition.Result.SUCCEEDED))
                        .wanted("moody.service", state, sub)
                        .draw();
        Verification verification =
                Comparison.of(
                        Forecaster.over(before).forecast(requireNonNull(before.init()).bounding()),
                        Comparison.Purpose.TAKING_BACK,
                        CapabilitySet.EMPTY,
                        Set.of(),
                        before,
                        after);
        assertThat(verification.verdict()).isEqualTo(Verdict.AS_BEFORE);
    }
}
