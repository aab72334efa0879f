package dev.capdrop.core.change;

import static dev.capdrop.core.condition.Condition.Result.FAILED;
import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.Change.Restart;
import dev.capdrop.core.change.Change.Result;
import dev.capdrop.core.change.LiveStep.LiveForecast;
import dev.capdrop.core.change.LiveStep.LiveReport;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Unread;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.verification.Verification;
import dev.capdrop.core.verification.Verification.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LiveDroppingTest {
    private static final Restart LIVE = new Restart(Restart.Way.LIVE, Duration.ofMinutes(2), false);
    private static final String MOUNT = "sys-kernel-debug.mount";

    private final Snapshot before = sketch("failed").draw();
    private final Plan plan = Planner.plan(before, Request.HEALTHY).orElseThrow();
    private final MachineInMemory machine = new MachineInMemory(before);

    private static Sketch sketch(String mount) {
        return new Sketch()
                .wanted(
                        MOUNT,
                        mount,
                        mount.equals("failed") ? "failed" : "dead",
                        needs("CAP_SYS_RAWIO", SUCCEEDED))
                .wanted("web.service", "active", "running");
    }

    private static Sketch lacking(String mount) {
        return sketch(mount).bounding(CapabilitySet.upTo(40).minus(CapabilitySet.of("sys_rawio")));
    }

    private ConfigEdit edit() {
        return requireNonNull(plan.edit());
    }

    private Result apply() throws IOException {
        return machine.change().apply(before, plan, edit(), LIVE);
    }

    @Test
    void aFailedUnitIsClearedAndNothingIsRestarted() throws IOException {
        machine.afterDrop = lacking("failed").draw();
        machine.afterForgetting = lacking("inactive").draw();
        Result result = apply();
        assertThat(machine.config).isEqualTo(edit().after());
        assertThat(machine.stops + machine.starts).isZero();
        assertThat(machine.forgotten).containsExactly(MOUNT);
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(requireNonNull(result.verification()).verdict()).isEqualTo(Verdict.BETTER);
        LiveReport report = requireNonNull(result.live());
        assertThat(report.cleared()).containsExactly(MOUNT);
        assertThat(report.outdated()).containsExactly("web.service");
        assertThat(report.sentence())
                .isEqualTo(
                        "live: sys_rawio is gone from PID 1, nothing was restarted (it stood still for"
                                + " 0.2 ms); 1 failed unit cleared; 1 unit keeps its old set"
                                + " until it is restarted");
        assertThat(result.failed()).isFalse();
    }

    @Test
    void anEditThatIsOverwrittenMeanwhileIsLost() throws IOException {
        machine.overwrittenWith = edit().before();
        machine.afterDrop = lacking("failed").draw();
        machine.afterForgetting = lacking("inactive").draw();
        Result result = apply();
        assertThat(result.entry().phase()).isEqualTo(Phase.ABANDONED);
        assertThat(result.entry().outcome())
                .startsWith("live: sys_rawio is gone from PID 1")
                .contains("; but lost: another program has rewritten");
    }

    @Test
    void theJournalSaysTheStepBeforeItIsTaken() {
        machine.liveFailure = null;
        machine.afterDrop = null;
        machine.throwing = new IllegalStateException("killed");
        assertThatThrownBy(this::apply).hasMessage("killed");
        assertThat(machine.entries.getLast().phase()).isEqualTo(Phase.DROPPING_LIVE);
        assertThat(machine.config).isEqualTo(edit().after());
    }

    @Test
    void aStepThatFailsLeavesTheConfigurationAndSaysSo() throws IOException {
        machine.liveFailure = new IOException("process 7 traces PID 1 already");
        Result result = apply();
        assertThat(machine.config).isEqualTo(edit().after());
        assertThat(result.entry().phase()).isEqualTo(Phase.WAITING_FOR_RESTART);
        assertThat(result.entry().outcome())
                .isEqualTo(
                        "written; it waits for a restart: the live step failed, PID 1 still holds"
                                + " sys_rawio: process 7 traces PID 1 already");
        assertThat(result.failed()).isTrue();
        assertThat(machine.forgotten).isEmpty();
    }

    @Test
    void whatPid1HoldsDecidesAndNotWhatTheStepSays() throws IOException {
        machine.liveFailure = new IOException("PID 1 ended meanwhile");
        machine.afterDrop = lacking("failed").draw();
        machine.afterForgetting = lacking("inactive").draw();
        Result result = apply();
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(requireNonNull(result.live()).stoodStill()).isNull();
        machine.liveFailure = null;
        MachineInMemory holding = new MachineInMemory(before);
        Result held = holding.change().apply(before, plan, edit(), LIVE);
        assertThat(held.entry().phase()).isEqualTo(Phase.WAITING_FOR_RESTART);
    }

    @Test
    void aBusThatRefusesIsSaidAndTheDropStays() throws IOException {
        machine.afterDrop = lacking("failed").draw();
        machine.forgetFailure = new IOException("D-Bus is dead");
        Result result = apply();
        LiveReport report = requireNonNull(result.live());
        assertThat(report.cleared()).isEmpty();
        assertThat(report.uncleared()).containsExactly(MOUNT);
        assertThat(report.why()).isEqualTo("D-Bus is dead");
        assertThat(requireNonNull(result.verification()).verdict()).isEqualTo(Verdict.SAME);
        machine.forgetFailure = null;
        machine.unforgettable = List.of(MOUNT);
    }

    /// The same of which the reading did not come to an end.
    private static Snapshot unread(Snapshot snapshot, Unread.Part part) {
        String why = "D-Bus did not answer within 15 s";
        return Snapshot.of(snapshot.takenAt(), snapshot.container(), snapshot.host())
                .with(snapshot.configuration())
                .with(snapshot.init())
                .with(part == Unread.Part.UNITS ? snapshot.systemd() : null)
                .withProblems(List.of(why))
                .withUnread(List.of(new Unread(part, List.of("web.service"), why)));
    }

    @Test
    void aSystemdThatIsSilentIsAskedOnceMoreAndItsFailureCleared() throws IOException {
        machine.afterDrop = unread(lacking("failed").draw(), Unread.Part.SYSTEMD);
        machine.settled = lacking("failed").draw();
        machine.afterForgetting = lacking("inactive").draw();
        Result result = apply();
        assertThat(machine.forgotten).containsExactly(MOUNT);
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(requireNonNull(result.verification()).verdict()).isEqualTo(Verdict.BETTER);
    }

    @Test
    void whatStaysUnreadIsInForceAndNotVerifiedAndTheNextCommandLooksAgain() throws IOException {
        machine.afterDrop = unread(lacking("failed").draw(), Unread.Part.SYSTEMD);
        Result result = apply();
        assertThat(requireNonNull(result.verification()).verdict()).isEqualTo(Verdict.UNREAD);
        assertThat(result.failed()).isTrue();
        assertThat(result.entry().phase()).isEqualTo(Phase.UNVERIFIED);
        assertThat(result.entry().outcome())
                .isEqualTo(
                        "taken from the running PID 1, not verified: D-Bus did not answer within 15 s");

        machine.now = lacking("failed").draw();
        machine.afterForgetting = lacking("inactive").draw();
        machine.throwing = new IllegalStateException("PID 1 is touched");
        Restart restart = new Restart(Restart.Way.RESTART, Duration.ofMinutes(2), false);
        Result again = machine.change().resume(result.entry(), restart);
        assertThat(machine.stops + machine.starts).isZero();
        assertThat(machine.forgotten).containsExactly(MOUNT);
        assertThat(again.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(requireNonNull(again.verification()).verdict()).isEqualTo(Verdict.BETTER);
    }

    /// Which unit could not be read is known, and the others are.
    @Test
    void ofAReadingThatIsNotWholeTheProcessesTellWhoKeepsTheOldSet() throws IOException {
        Sketch two = lacking("inactive").wanted("db.service", "active", "running");
        Snapshot whole = two.draw();
        machine.now = sketch("failed").wanted("db.service", "active", "running").draw();
        machine.afterDrop = unread(withoutDetail(whole, "db.service"), Unread.Part.UNITS);
        Result result = machine.change().apply(machine.now, plan, edit(), LIVE);
        assertThat(requireNonNull(result.live()).outdated()).containsExactly("web.service");
        assertThat(requireNonNull(result.verification()).verdict()).isEqualTo(Verdict.UNREAD);
    }

    private static Snapshot withoutDetail(Snapshot snapshot, String name) {
        Systemd systemd = requireNonNull(snapshot.systemd());
        List<UnitState> units = new ArrayList<>();
        for (UnitState unit : systemd.units()) {
            units.add(unit.name().equals(name) ? unit.with(UnitDetail.UNREAD) : unit);
        }
        return snapshot.with(systemd.with(units));
    }

    @Test
    void whatWaitsForARestartIsTakenLiveWhereThatIsAskedForLater() throws IOException {
        for (Phase left : List.of(Phase.WRITING, Phase.WAITING_FOR_RESTART)) {
            MachineInMemory one = new MachineInMemory(before);
            one.config = edit().after();
            JournalEntry entry = one.killedIn(left, edit());
            one.afterDrop = lacking("failed").draw();
            one.afterForgetting = lacking("inactive").draw();
            Result result = one.change().resume(entry, LIVE);
            assertThat(result.entry().phase()).as(left.toString()).isEqualTo(Phase.APPLIED);
            assertThat(one.stops + one.starts).isZero();
            assertThat(one.forgotten).containsExactly(MOUNT);
        }
    }

    /// As when a reload finds no inotify instance left.
    @Test
    void aUnitThatStartsNoProgramDoesNotFailOfTheDrop() throws IOException {
        machine.afterDrop = lacking("failed").draw();
        machine.afterForgetting =
                lacking("inactive").wanted("spool.path", "failed", "failed").draw();
        Result result = apply();
        Verification verification = requireNonNull(result.verification());
        assertThat(verification.verdict()).isEqualTo(Verdict.BETTER);
        assertThat(verification.mismatches())
                .singleElement()
                .satisfies(one -> assertThat(one.byDrop()).isFalse())
                .satisfies(one -> assertThat(one.unit()).isEqualTo("spool.path"));
    }

    @Test
    void aServiceThatFailsInThatMomentIsWorse() throws IOException {
        machine.afterDrop = lacking("failed").draw();
        machine.afterForgetting =
                new Sketch()
                        .bounding(CapabilitySet.upTo(40).minus(CapabilitySet.of("sys_rawio")))
                        .wanted(MOUNT, "inactive", "dead", needs("CAP_SYS_RAWIO", SUCCEEDED))
                        .wanted("web.service", "failed", "failed")
                        .draw();
        Result result = apply();
        assertThat(requireNonNull(result.verification()).verdict()).isEqualTo(Verdict.WORSE);
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(machine.config).isEqualTo(edit().after());
        assertThat(result.failed()).isTrue();
    }

    @Test
    void anInterruptedStepIsTakenAgain() throws IOException {
        machine.config = edit().after();
        JournalEntry left = machine.killedIn(Phase.DROPPING_LIVE, edit());
        machine.afterDrop = lacking("failed").draw();
        machine.afterForgetting = lacking("inactive").draw();
        Result result = machine.change().resume(left, LIVE);
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(machine.stops + machine.starts).isZero();
        assertThat(machine.forgotten).containsExactly(MOUNT);
    }

    @Test
    void anInterruptedStepOfAContainerThatHasBootedSinceIsComparedWithThatBoot()
            throws IOException {
        machine.config = edit().after();
        JournalEntry left = machine.killedIn(Phase.DROPPING_LIVE, edit());
        machine.now =
                new Sketch()
                        .startedAt(Instant.parse("2026-01-01T11:00:00Z"))
                        .bounding(CapabilitySet.upTo(40).minus(CapabilitySet.of("sys_rawio")))
                        .wanted(MOUNT, "inactive", "dead", needs("CAP_SYS_RAWIO", FAILED))
                        .wanted("web.service", "active", "running")
                        .draw();
        Result result = machine.change().resume(left, LIVE);
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(result.live()).isNull();
        assertThat(requireNonNull(result.verification()).verdict()).isEqualTo(Verdict.BETTER);
        machine.running = false;
        assertThat(machine.change().resume(left, LIVE).entry().phase()).isEqualTo(Phase.APPLIED);
    }

    /// The container's own reboot or somebody else's restart may come at any moment.
    @Test
    void aContainerThatIsRestartedMeanwhileIsComparedWithThatBoot() throws IOException {
        machine.liveFailure = new IOException("the container has been started anew");
        machine.afterDrop =
                new Sketch()
                        .startedAt(Instant.parse("2026-01-01T11:00:00Z"))
                        .bounding(CapabilitySet.upTo(40).minus(CapabilitySet.of("sys_rawio")))
                        .wanted(MOUNT, "inactive", "dead", needs("CAP_SYS_RAWIO", FAILED))
                        .wanted("web.service", "active", "running")
                        .draw();
        Result result = apply();
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(result.live()).as("nothing was done live").isNull();
        assertThat(machine.told).contains("it has been restarted since");
        assertThat(requireNonNull(result.verification()).verdict()).isEqualTo(Verdict.BETTER);
    }

    @Test
    void anInterruptedStepWhoseLinesAreGoneIsNotTakenAgain() throws IOException {
        JournalEntry left = machine.killedIn(Phase.DROPPING_LIVE, edit());
        machine.throwing = new IllegalStateException("PID 1 is touched");
        Result result = machine.change().resume(left, LIVE);
        assertThat(result.entry().phase()).isEqualTo(Phase.ABANDONED);
        assertThat(result.entry().outcome()).contains("another program has rewritten");
    }

    @Test
    void theUndoOfAnInterruptedStepRestartsOnlyWherePid1GaveSomethingUp() throws IOException {
        Restart restart = new Restart(Restart.Way.RESTART, Duration.ofMinutes(2), false);
        for (boolean taken : List.of(true, false)) {
            MachineInMemory one = new MachineInMemory(before);
            one.config = edit().after();
            JournalEntry left = one.killedIn(Phase.DROPPING_LIVE, edit());
            one.now = taken ? lacking("failed").draw() : before;
            one.boots.add(before);
            assertThat(one.change().undo(left, restart).entry().phase()).isEqualTo(Phase.UNDONE);
            assertThat(one.starts).isEqualTo(taken ? 1 : 0);
        }
    }

    @Test
    void onlyARestartGivesBackWhatWasTakenLive() throws IOException {
        machine.afterDrop = lacking("failed").draw();
        machine.afterForgetting = lacking("inactive").draw();
        JournalEntry entry = apply().entry();
        Restart later = new Restart(Restart.Way.LATER, Duration.ofMinutes(1), false);
        assertThat(machine.change().undo(entry, later).entry().outcome())
                .isEqualTo("taken back; it waits for a restart");
    }

    @Test
    void whatTheKernelHonoursIsToldFromWhatIsInert() {
        CapabilitySet both = CapabilitySet.of("sys_rawio", "net_raw");
        assertThat(LiveForecast.of(before, both).honoured()).isEqualTo(CapabilitySet.of("net_raw"));
        Snapshot privileged = sketch("failed").privileged().draw();
        assertThat(LiveForecast.of(privileged, both).honoured()).isEqualTo(both);
    }

    @Test
    void aContainerThatIsStoppedInThatMomentHasTheDropInItsFile() throws IOException {
        machine.afterDrop =
                Snapshot.of(before.takenAt(), before.container(), before.host())
                        .with(before.configuration());
        Result result = apply();
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(result.entry().outcome())
                .isEqualTo("written; the container has been stopped meanwhile");
        assertThat(machine.forgotten).isEmpty();
    }

    @Test
    void eachPartOfTheStepIsToldBeforeItIsTaken() throws IOException {
        machine.afterDrop = unread(lacking("failed").draw(), Unread.Part.SYSTEMD);
        machine.settled = lacking("failed").draw();
        machine.afterForgetting = lacking("inactive").draw();
        apply();
        assertThat(machine.told)
                .containsExactly(
                        "writing /var/lib/lxc/c1/config",
                        "taking sys_rawio from the running PID 1",
                        "its systemd has not answered to the end; it is asked once more",
                        "clearing the failures of " + MOUNT);
    }

    @Test
    void whatRunsAndWillNotBeTheSameIsMissed() {
        Snapshot clock =
                sketch("failed")
                        .wanted(
                                "clock.service",
                                "active",
                                "running",
                                needs("CAP_SYS_TIME", SUCCEEDED))
                        .wanted("once.service", "inactive", "dead")
                        .draw();
        LiveForecast forecast = LiveForecast.of(clock, CapabilitySet.of("sys_time", "sys_rawio"));
        assertThat(forecast.missed()).extracting(Effect::unit).containsExactly("clock.service");
        assertThat(forecast.skipped()).containsExactly(MOUNT);
    }

    @Test
    void theSentenceCountsAndRoundsUp() {
        LiveReport many =
                new LiveReport(
                        CapabilitySet.of("sys_rawio", "mknod"),
                        Duration.ofNanos(1_000_001),
                        List.of("a.mount", "b.mount"),
                        List.of(),
                        "",
                        List.of());
        assertThat(many.sentence())
                .isEqualTo(
                        "live: sys_rawio mknod are gone from PID 1, nothing was restarted (it stood"
                                + " still for 1.1 ms); 2 failed units cleared; 0 units keep"
                                + " their old set until each is restarted");
        assertThat(LiveReport.millis(Duration.ofMillis(12))).isEqualTo("12.0");
    }

    @Test
    void ofAStepThatCameHalfWayItIsSaidWhatIsGoneAndWhatIsHeld() throws IOException {
        Request both =
                new Request(
                        Goal.NONE,
                        CapabilitySet.of("sys_rawio", "sys_module"),
                        CapabilitySet.EMPTY,
                        Set.of());
        Plan wide = Planner.plan(before, both).orElseThrow();
        machine.afterDrop = lacking("failed").draw();
        Result result = machine.change().apply(before, wide, requireNonNull(wide.edit()), LIVE);
        assertThat(result.entry().phase()).isEqualTo(Phase.WAITING_FOR_RESTART);
        assertThat(result.entry().outcome())
                .isEqualTo(
                        "written; it waits for a restart: the live step failed, PID 1 still holds"
                                + " sys_module; it is without sys_rawio already");
        assertThat(requireNonNull(result.verification()).state()).isEqualTo("degraded");
    }

    @Test
    void processesThatCannotBeLookedAtAreSaid() throws IOException {
        machine.afterDrop = lacking("inactive").draw();
        machine.outdated = null;
        Result result = apply();
        LiveReport report = requireNonNull(result.live());
        assertThat(report.outdated()).isNull();
        assertThat(report.sentence())
                .endsWith("; which units keep their old set could not be read");
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
    }
}
