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
import dev.capdrop.core.change.Change.RollBackException;
import dev.capdrop.core.condition.Conditions.CapabilityLists;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Init.KernelStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.verification.Verification;
import dev.capdrop.core.verification.Verification.Mismatch;
import dev.capdrop.core.verification.Verification.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChangeTest {
    private static final Restart RESTART =
            new Restart(Restart.Way.RESTART, Duration.ofMinutes(2), false);
    private static final Restart RESTART_LATER =
            new Restart(Restart.Way.LATER, Duration.ofSeconds(1), false);
    private static final Instant SECOND_BOOT = Instant.parse("2026-01-01T11:00:00Z");
    private static final Instant THIRD_BOOT = Instant.parse("2026-01-01T12:00:00Z");

    private final Snapshot before = degraded().wanted("dbus.service", "active", "running").draw();
    private final Plan plan = Planner.plan(before, Request.HEALTHY).orElseThrow();
    private final MachineInMemory machine = new MachineInMemory(before);

    private static Sketch degraded() {
        return new Sketch()
                .wanted(
                        "sys-kernel-debug.mount",
                        "failed",
                        "failed",
                        needs("CAP_SYS_RAWIO", SUCCEEDED));
    }

    private static Sketch healed() {
        return new Sketch()
                .startedAt(SECOND_BOOT)
                .bounding(CapabilitySet.upTo(40).minus(CapabilitySet.of("sys_rawio")))
                .wanted(
                        "sys-kernel-debug.mount",
                        "inactive",
                        "dead",
                        needs("CAP_SYS_RAWIO", FAILED));
    }

    private static Snapshot better() {
        return healed().wanted("dbus.service", "active", "running").draw();
    }

    private static Snapshot worse() {
        return healed().wanted("dbus.service", "failed", "failed").draw();
    }

    private Snapshot asBefore() {
        return degraded().startedAt(THIRD_BOOT).wanted("dbus.service", "active", "running").draw();
    }

    private ConfigEdit edit() {
        assertThat(plan.edit()).isNotNull();
        return plan.edit();
    }

    @Test
    void whatComesAsForecastIsKept() throws IOException {
        machine.boots.add(better());
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(result.verification()).isNotNull();
        assertThat(result.verification().verdict()).isEqualTo(Verdict.BETTER);
        assertThat(result.verification().matched()).isEqualTo(result.verification().definite());
        assertThat(machine.config).isEqualTo(edit().after());
    }

    @Test
    void aKeyringThatIsJustBeingRemovedIsNoFaultOfTheDrop() throws IOException {
        for (int status : List.of(237, 1)) {
            MachineInMemory busy = new MachineInMemory(before);
            busy.boots.add(
                    healed().wanted("dbus.service", "failed", "failed").exitedWith(status).draw());
            busy.boots.add(asBefore());
            Result result = busy.change().apply(before, plan, edit(), RESTART);
            assertThat(requireNonNull(result.verification()).mismatches())
                    .extracting(Mismatch::byDrop)
                    .containsExactly(status == 1);
            assertThat(result.entry().phase())
                    .isEqualTo(status == 1 ? Phase.ROLLED_BACK : Phase.APPLIED);
        }
    }

    @Test
    void aMountOfCredentialsThatIsMissingIsNoSurpriseAndItsServiceIsJudgedByItself()
            throws IOException {
        String mount = "run-credentials-web.service.mount";
        Sketch old =
                degraded()
                        .wanted("web.service", "active", "exited")
                        .wanted(mount, "active", "mounted");
        Snapshot with = old.draw();
        Plan heals = Planner.plan(with, Request.HEALTHY).orElseThrow();
        for (String state : List.of("active", "failed")) {
            MachineInMemory busy = new MachineInMemory(with);
            String sub = state.equals("active") ? "exited" : "failed";
            busy.boots.add(healed().wanted("web.service", state, sub).draw());
            busy.boots.add(old.startedAt(THIRD_BOOT).draw());
            Result result = busy.change().apply(with, heals, requireNonNull(heals.edit()), RESTART);
            assertThat(requireNonNull(result.verification()).mismatches())
                    .extracting(Mismatch::unit)
                    .doesNotContain(mount);
            assertThat(result.entry().phase())
                    .isEqualTo(state.equals("active") ? Phase.APPLIED : Phase.ROLLED_BACK);
        }
    }

    @Test
    void whatGotWorseIsRolledBack() throws IOException {
        machine.boots.add(worse());
        machine.boots.add(asBefore());
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.ROLLED_BACK);
        assertThat(result.verification()).isNotNull();
        assertThat(result.verification().mismatches())
                .extracting(Mismatch::unit)
                .containsExactly("dbus.service");
        assertThat(machine.config).isEqualTo(edit().before());
        assertThat(machine.starts).isEqualTo(2);
    }

    @Test
    void anEditThatAnotherProgramHasOverwrittenIsReportedAsLost() throws IOException {
        machine.overwrittenWith = "lxc.uts.name = c1\nlxc.start.auto = 1\n";
        machine.boots.add(asBefore());
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.ABANDONED);
        assertThat(result.entry().outcome())
                .startsWith("lost: another program has rewritten '/var/lib/lxc/c1/config'")
                .contains("still holds sys_rawio");
        assertThat(result.failed()).isTrue();
        assertThat(machine.config).isEqualTo(machine.overwrittenWith);
    }

    @Test
    void anEditThatIsOverwrittenDuringTheBootWithItIsLostToo() throws IOException {
        machine.overwrittenWith = "lxc.uts.name = c1\nlxc.start.auto = 1\n";
        machine.boots.add(better());
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.ABANDONED);
        assertThat(result.entry().outcome())
                .startsWith("running; forecast ")
                .contains("; but lost: another program has rewritten");
        assertThat(result.failed()).isTrue();
    }

    @Test
    void anEditThatALaterLineUndoesIsNotCalledApplied() throws IOException {
        machine.boots.add(holdingAnd(edit().after() + "lxc.cap.drop =\n"));
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.ABANDONED);
        assertThat(result.entry().outcome())
                .isEqualTo("written; but its configuration gives sys_rawio back at the next start");
    }

    @Test
    void anEditThatIsOverwrittenAtOnceIsLostBeforeTheContainerIsTouched() throws IOException {
        machine.writtenOver = "lxc.uts.name = c1\nlxc.start.auto = 1\n";
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.ABANDONED);
        assertThat(result.entry().outcome()).contains("right after it was written");
        assertThat(result.failed()).isTrue();
        assertThat(machine.starts).isZero();
    }

    @Test
    void anEditThatComesBackAtOnceLeavesTheUndoOpen() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.WAITING_FOR_RESTART, edit());
        machine.config = edit().after();
        machine.writtenOver = edit().after() + "lxc.start.auto = 1\n";
        assertThatThrownBy(() -> machine.change().undo(entry, RESTART))
                .hasMessageContaining("as it was right after it was put back");
        assertThat(machine.entries.getLast().phase()).isEqualTo(Phase.TAKING_BACK);
        machine.writtenOver = null;
        Result undone = machine.change().undo(machine.entries.getLast(), RESTART_LATER);
        assertThat(undone.entry().phase()).isEqualTo(Phase.UNDONE);
        assertThat(machine.config).isEqualTo("lxc.uts.name = c1\nlxc.start.auto = 1\n");
    }

    @Test
    void anEditThatIsInTheFileIsNotCalledLostWhateverPid1Holds() throws IOException {
        machine.boots.add(holdingAnd(edit().after()));
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.WAITING_FOR_RESTART);
        assertThat(result.entry().outcome()).contains("holds sys_rawio").doesNotContain("lost");
    }

    @Test
    void aContainerThatDoesNotShutDownKeepsRunningWithTheOldConfiguration() throws IOException {
        machine.refusesToStop = true;
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.ROLLED_BACK);
        assertThat(result.verification()).isNotNull();
        assertThat(result.verification().problem()).isEqualTo("still running after 1 s");
        assertThat(machine.config).isEqualTo(edit().before());
        assertThat(machine.starts).isZero();
    }

    @Test
    void whereSomebodyElseStartsItFirstThatBootIsCompared() throws IOException {
        machine.startedByAnother = true;
        machine.boots.add(better());
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(machine.told)
                .containsSubsequence("starting c1", "c1 has been started by somebody else");
    }

    @Test
    void ofAShutdownThatGoesOnItIsSaidThatTheContainerWillBeDown() throws IOException {
        machine.refusesToStop = true;
        machine.now = withoutSystemd(before);
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.ROLLED_BACK);
        assertThat(result.entry().outcome())
                .startsWith("the old configuration is back")
                .contains("will be down once it ends");
        assertThat(machine.config).isEqualTo(edit().before());
        assertThat(machine.starts).isZero();
    }

    @Test
    void whereNoSystemdEverAnsweredNobodySaysThatAShutdownHadBegun() throws IOException {
        Snapshot blind = withoutSystemd(before);
        MachineInMemory silent = new MachineInMemory(blind);
        silent.refusesToStop = true;
        Plan named =
                Planner.plan(
                                blind,
                                new Request(
                                        Goal.NONE,
                                        CapabilitySet.of("sys_rawio"),
                                        CapabilitySet.EMPTY,
                                        Set.of()))
                        .orElseThrow();
        Result result = silent.change().apply(blind, named, requireNonNull(named.edit()), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.ROLLED_BACK);
        assertThat(result.entry().outcome())
                .isEqualTo(
                        "the old configuration is back, and the container runs; whether its"
                                + " shutdown has begun cannot be told, for its systemd does not"
                                + " answer");
    }

    @Test
    void whatFailsOnTheWayBackDoesNotReplaceTheReasonForIt() throws IOException {
        machine.refusesToStop = true;
        machine.takeBackFailure = new IOException("the configuration is locked");
        assertThatThrownBy(() -> machine.change().apply(before, plan, edit(), RESTART))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "still running after 1 s; and the way back to the old configuration failed:"
                                + " the configuration is locked")
                .hasRootCauseMessage("the configuration is locked")
                .extracting(failed -> ((RollBackException) failed).wayBack())
                .isEqualTo(
                        "the way back to the old configuration failed: the configuration is"
                                + " locked");
        JournalEntry open = machine.entries.getLast();
        assertThat(open.phase()).isEqualTo(Phase.ROLLING_BACK);
        machine.takeBackFailure = null;
        Result later = machine.change().resume(open, RESTART);
        assertThat(later.entry().phase()).isEqualTo(Phase.ROLLED_BACK);
        assertThat(requireNonNull(later.verification()).sentence())
                .isEqualTo("still running after 1 s");
        assertThat(machine.config).isEqualTo(edit().before());
    }

    @Test
    void theUndoForAContainerThatNeverStoppedDoesNotShutItDown() throws IOException {
        for (Phase phase : List.of(Phase.RESTARTING, Phase.ROLLING_BACK)) {
            JournalEntry entry = machine.killedIn(phase, edit());
            machine.config = edit().after();
            Result undone = machine.change().undo(entry, RESTART);
            assertThat(undone.entry().phase()).isEqualTo(Phase.UNDONE);
            assertThat(undone.entry().outcome())
                    .isEqualTo(
                            "taken back; its PID 1 is that of before the change, nothing was restarted");
            assertThat(machine.config).isEqualTo(edit().before());
            assertThat(machine.stops).isZero();
        }
    }

    @Test
    void theUndoForAContainerWhoseShutdownGoesOnBringsItUpAgain() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.ROLLING_BACK, edit());
        machine.config = edit().after();
        machine.now = withoutSystemd(before);
        machine.boots.add(asBefore());
        assertThat(machine.change().undo(entry, RESTART).entry().phase()).isEqualTo(Phase.UNDONE);
        assertThat(machine.starts).isEqualTo(1);
    }

    @Test
    void aStoppedContainerIsEditedAndStaysStopped() throws IOException {
        machine.running = false;
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(machine.config).isEqualTo(edit().after());
        assertThat(machine.starts).isZero();
    }

    @Test
    void withoutARestartTheNextCheckVerifies() throws IOException {
        Restart later = new Restart(Restart.Way.LATER, Duration.ofSeconds(1), false);
        Result result = machine.change().apply(before, plan, edit(), later);
        assertThat(result.entry().phase()).isEqualTo(Phase.WAITING_FOR_RESTART);
        assertThat(result.entry().restartedSince(before)).isFalse();
        assertThat(result.entry().restartedSince(better())).isTrue();
        Result verified = machine.waiting(result.entry()).verify(better());
        assertThat(verified.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(verified.verification()).isNotNull();
        assertThat(verified.verification().verdict()).isEqualTo(Verdict.BETTER);
    }

    @Test
    void aWaitingEditThatAnotherProgramHasOverwrittenIsLostBeforeTheRestart() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.WAITING_FOR_RESTART, edit());
        machine.config = edit().after();
        assertThat(machine.waiting(entry).decided(before)).isFalse();
        assertThat(machine.waiting(entry).abandonIfMoot()).isFalse();
        machine.config = edit().before();
        assertThat(machine.waiting(entry).decided(before)).isTrue();
        Result lost = machine.waiting(entry).verify(before);
        assertThat(lost.failed()).isTrue();
        assertThat(lost.entry().phase()).isEqualTo(Phase.ABANDONED);
        assertThat(lost.entry().outcome())
                .isEqualTo(
                        "lost: another program has rewritten '/var/lib/lxc/c1/config' before the"
                                + " container was started with it; find out which, then run capdrop again");
        assertThat(machine.waiting(entry).abandonIfMoot()).isTrue();
        assertThat(machine.entries.getLast().outcome()).startsWith("lost: ");
    }

    @Test
    void anEditThatIsOverwrittenAfterTheRestartIsComparedAndLost() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.WAITING_FOR_RESTART, edit());
        machine.config = edit().before();
        Result lost = machine.waiting(entry).verify(better());
        assertThat(lost.entry().phase()).isEqualTo(Phase.ABANDONED);
        assertThat(lost.failed()).isTrue();
        assertThat(lost.verification()).isNotNull();
        assertThat(lost.verification().verdict()).isEqualTo(Verdict.BETTER);
        assertThat(lost.entry().outcome())
                .startsWith("restarted by somebody else; ")
                .contains("; but lost: another program has rewritten");
    }

    @Test
    void whatPid1IsWithoutAlreadyIsWrittenWithoutARestart() throws IOException {
        Snapshot lacking = better();
        Plan again =
                Planner.plan(
                                lacking,
                                new Request(
                                        Goal.NONE,
                                        CapabilitySet.of("sys_rawio"),
                                        CapabilitySet.EMPTY,
                                        Set.of()))
                        .orElseThrow();
        assertThat(Change.needsRestart(before, plan)).isTrue();
        assertThat(Change.needsRestart(lacking, again)).isFalse();
        assertThat(again.edit()).isNotNull();
        machine.now = lackingAnd(edit().after());
        Result result = machine.change().apply(lacking, again, again.edit(), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(result.entry().outcome())
                .isEqualTo(
                        "written; nothing was restarted: its PID 1 is without sys_rawio already,"
                                + " and will be after the next start");
        assertThat(machine.config).isEqualTo(edit().after());
        assertThat(machine.starts).isZero();
    }

    /// A container that was healed, with this configuration.
    private static Snapshot lackingAnd(String config) {
        return healed().config(config).wanted("dbus.service", "active", "running").draw();
    }

    /// A container that was started anew with all that it held, and has this configuration.
    private static Snapshot holdingAnd(String config) {
        return degraded()
                .startedAt(THIRD_BOOT)
                .config(config)
                .wanted("dbus.service", "active", "running")
                .draw();
    }

    @Test
    void aDropThatWasLostIsWrittenAgainAndLookedAtInPid1AndInTheFile() throws IOException {
        Snapshot lost = better();
        Plan again = Planner.plan(lost, Request.HEALTHY).orElseThrow();
        assertThat(again.drop()).isEqualTo(CapabilitySet.of("sys_rawio"));
        ConfigEdit edit = requireNonNull(again.edit());
        assertThat(edit.after()).isEqualTo(edit().after());
        machine.now = holdingAnd(edit.after());
        Result startedAnew = machine.change().apply(lost, again, edit, RESTART);
        assertThat(startedAnew.entry().phase()).isEqualTo(Phase.WAITING_FOR_RESTART);
        assertThat(startedAnew.entry().outcome()).contains("holds sys_rawio");
        machine.config = edit.before();
        machine.now = lost;
        Result notInTheFile = machine.change().apply(lost, again, edit, RESTART);
        assertThat(notInTheFile.failed()).isTrue();
        assertThat(notInTheFile.entry().outcome()).contains("gives sys_rawio back");
        assertThat(machine.starts).isZero();
    }

    @Test
    void aDropThatNeedsNoRestartGetsNoneAfterAnInterruptionEither() throws IOException {
        MachineInMemory healthy = new MachineInMemory(better());
        JournalEntry entry = healthy.killedIn(Phase.WRITING, edit());
        healthy.config = edit().after();
        healthy.now = lackingAnd(edit().after());
        Result result = healthy.change().resume(entry, RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(result.entry().outcome()).contains("nothing was restarted");
        assertThat(healthy.starts).isZero();
    }

    @Test
    void whatWasNeverInForceIsTakenBackWithoutARestart() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.WAITING_FOR_RESTART, edit());
        machine.config = edit().after();
        Result undone = machine.change().undo(entry, RESTART);
        assertThat(undone.entry().phase()).isEqualTo(Phase.UNDONE);
        assertThat(undone.entry().outcome())
                .isEqualTo("taken back; its PID 1 holds sys_rawio as it is, nothing was restarted");
        assertThat(machine.config).isEqualTo(edit().before());
        assertThat(machine.starts).isZero();
    }

    @Test
    void whatAnotherLineDropsTooIsTakenBackWithoutARestart() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.APPLIED, edit());
        machine.config = edit().after();
        machine.now = healed().config("lxc.cap.drop = sys_rawio\n").draw();
        Result undone = machine.change().undo(entry, RESTART);
        assertThat(undone.entry().outcome())
                .isEqualTo(
                        "taken back; its configuration drops sys_rawio elsewhere, too, nothing was"
                                + " restarted");
        assertThat(machine.config).isEqualTo(edit().before());
        assertThat(machine.starts).isZero();
    }

    @Test
    void whatOthersHaveConfiguredMeanwhileIsNotLaidToTheChange() throws IOException {
        Sketch old =
                degraded()
                        .wanted(
                                "chrony.service",
                                "active",
                                "running",
                                needs("CAP_SYS_TIME", SUCCEEDED));
        Snapshot with = old.draw();
        MachineInMemory edited = new MachineInMemory(with);
        Plan heals = Planner.plan(with, Request.HEALTHY).orElseThrow();
        CapabilitySet both = CapabilitySet.of("sys_rawio", "sys_time");
        edited.boots.add(
                healed().config("lxc.cap.drop = sys_rawio sys_time\n")
                        .bounding(CapabilitySet.upTo(40).minus(both))
                        .wanted("chrony.service", "inactive", "dead", needs("CAP_SYS_TIME", FAILED))
                        .draw());
        Result result = edited.change().apply(with, heals, requireNonNull(heals.edit()), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(requireNonNull(result.verification()).mismatches()).isEmpty();
    }

    @Test
    void aClockThatWasSetIsNoRestart() {
        JournalEntry entry = machine.killedIn(Phase.WAITING_FOR_RESTART, edit());
        Snapshot later = withStart(before, SECOND_BOOT);
        assertThat(entry.restartedSince(later)).isFalse();
        assertThat(entry.restartedSince(withoutSystemd(before))).isFalse();
        assertThat(entry.restartedSince(withoutSystemd(later))).isTrue();
    }

    /// PID 1 has the same number as before, started after as many ticks, and its systemd began its
    /// boot as long after the machine's.
    @Test
    void aBootOfTheMachineIsARestartHoweverMuchItIsLikeTheLast() {
        Snapshot held = withStart(before, SECOND_BOOT, new KernelStart(900, "the first boot"));
        MachineInMemory first = new MachineInMemory(held);
        JournalEntry entry = first.killedIn(Phase.WAITING_FOR_RESTART, edit());
        KernelStart next = new KernelStart(900, "the second boot");
        assertThat(entry.bootedSince(withStart(before, SECOND_BOOT, next))).isTrue();
        assertThat(entry.bootedSince(held)).isFalse();
    }

    private static Snapshot withStart(Snapshot snapshot, Instant start) {
        return withStart(snapshot, start, null);
    }

    /// The drop in force, and another time of the start.
    private static Snapshot withStart(
            Snapshot snapshot, Instant start, @Nullable KernelStart ticks) {
        Init init = requireNonNull(snapshot.init());
        return Snapshot.of(snapshot.takenAt(), snapshot.container(), snapshot.host())
                .with(snapshot.configuration())
                .with(
                        new Init(
                                init.pid(),
                                start,
                                init.unprivileged(),
                                init.bounding().minus(CapabilitySet.of("sys_rawio")),
                                init.executableReplaced(),
                                null,
                                ticks,
                                CapabilityLists.ALL))
                .with(snapshot.systemd());
    }

    private static Snapshot withoutSystemd(Snapshot snapshot) {
        return Snapshot.of(snapshot.takenAt(), snapshot.container(), snapshot.host())
                .with(snapshot.configuration())
                .with(snapshot.init())
                .withProblems(List.of("its D-Bus is silent"));
    }

    @Test
    void aRebootFromInsideIsNotTheRestartThatIsWaitedFor() throws IOException {
        Restart later = new Restart(Restart.Way.LATER, Duration.ofSeconds(1), false);
        Result result = machine.change().apply(before, plan, edit(), later);
        assertThat(result.entry().restartedSince(asBefore())).isFalse();
    }

    @Test
    void aFileThatCannotBeWrittenLeavesAnAbandonedEntry() {
        machine.writeFailure = new IOException("no space left");
        assertThatThrownBy(() -> machine.change().apply(before, plan, edit(), RESTART))
                .hasMessage("no space left");
        assertThat(machine.entries).hasSize(1);
        assertThat(machine.entries.getFirst().phase()).isEqualTo(Phase.ABANDONED);
        assertThat(machine.config).isEqualTo(edit().before());
    }

    @Test
    void aFileThatSomebodyElseChangedLeavesAnAbandonedEntry() {
        machine.config = "lxc.uts.name = renamed\n";
        machine.writeFailure = new ConfigStore.ChangedException("/var/lib/lxc/c1/config");
        assertThatThrownBy(() -> machine.change().apply(before, plan, edit(), RESTART))
                .isInstanceOf(ConfigStore.ChangedException.class);
        assertThat(machine.entries.getLast().phase()).isEqualTo(Phase.ABANDONED);
    }

    @Test
    void anEditIsRepeatedWhereSomebodyElseHasChangedOtherLines() throws IOException {
        machine.config = "lxc.uts.name = c1\nlxc.start.auto = 1\n";
        Result result = machine.change().apply(before, plan, edit(), RESTART_LATER);
        assertThat(machine.config)
                .isEqualTo("lxc.uts.name = c1\nlxc.start.auto = 1\nlxc.cap.drop = sys_rawio\n");
        assertThat(result.entry().edit().after()).isEqualTo(machine.config);
        assertThat(machine.change().undo(result.entry(), RESTART_LATER).entry().phase())
                .isEqualTo(Phase.UNDONE);
        assertThat(machine.config).isEqualTo("lxc.uts.name = c1\nlxc.start.auto = 1\n");
    }

    @Test
    void noEditIsRepeatedWhereSomebodyElseHasChangedWhatDecidesAboutCapabilities() {
        for (String line :
                List.of(
                        "lxc.cap.drop = mknod\n",
                        "lxc.cap.keep = sys_rawio\n",
                        "lxc.idmap = u 0 100000 65536\n",
                        "lxc.cap.drop = nonsense\n")) {
            MachineInMemory edited = new MachineInMemory(before);
            edited.config = "lxc.uts.name = c1\n" + line;
            assertThatThrownBy(() -> edited.change().apply(before, plan, edit(), RESTART))
                    .as(line)
                    .isInstanceOf(ConfigStore.ChangedException.class);
            assertThat(edited.told).containsExactly("writing /var/lib/lxc/c1/config");
            assertThat(edited.config).isEqualTo("lxc.uts.name = c1\n" + line);
            assertThat(edited.entries.getLast().phase()).isEqualTo(Phase.ABANDONED);
        }
    }

    @Test
    void anUndoIsRepeatedWhereSomebodyElseWritesAtTheSameTime() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.WAITING_FOR_RESTART, edit());
        machine.config = edit().after();
        machine.meanwhile = edit().after() + "lxc.start.auto = 1\n";
        assertThat(machine.change().undo(entry, RESTART_LATER).entry().phase())
                .isEqualTo(Phase.UNDONE);
        assertThat(machine.config).isEqualTo("lxc.uts.name = c1\nlxc.start.auto = 1\n");
    }

    @Test
    void aChangeThatWasKilledBeforeTheWriteIsAbandoned() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.WRITING, edit());
        assertThat(machine.change().resume(entry, RESTART).entry().phase())
                .isEqualTo(Phase.ABANDONED);
    }

    @Test
    void onlyAChangeThatWroteNothingIsClosedForANewOne() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.WRITING, edit());
        assertThat(machine.waiting(entry).abandonIfMoot()).isTrue();
        assertThat(machine.entries.getLast().phase()).isEqualTo(Phase.ABANDONED);
        machine.config = edit().after();
        assertThat(machine.waiting(entry).abandonIfMoot()).isFalse();
        machine.config = edit().before();
        assertThat(machine.waiting(entry.with(Phase.RESTARTING, "")).abandonIfMoot()).isFalse();
    }

    @Test
    void aChangeThatWasKilledAfterTheWriteIsFinished() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.WRITING, edit());
        machine.config = edit().after();
        machine.boots.add(better());
        assertThat(machine.change().resume(entry, RESTART).entry().phase())
                .isEqualTo(Phase.APPLIED);
        assertThat(machine.writes).as("it removes what the killed writer has left").isEqualTo(1);
    }

    @Test
    void aChangeThatWasKilledWhileTheContainerWasDownStartsIt() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.RESTARTING, edit());
        machine.config = edit().after();
        machine.running = false;
        machine.boots.add(better());
        assertThat(machine.change().resume(entry, RESTART).entry().phase())
                .isEqualTo(Phase.APPLIED);
        assertThat(machine.running).isTrue();
    }

    @Test
    void theUndoOfAChangeThatWasKilledWhileTheContainerWasDownStartsIt() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.RESTARTING, edit());
        machine.config = edit().after();
        machine.running = false;
        machine.boots.add(asBefore());
        assertThat(machine.change().undo(entry, RESTART).entry().phase()).isEqualTo(Phase.UNDONE);
        assertThat(machine.config).isEqualTo(edit().before());
        assertThat(machine.running).isTrue();
    }

    @Test
    void theUndoForAContainerThatWasStoppedSinceLeavesItStopped() throws IOException {
        machine.boots.add(better());
        Result applied = machine.change().apply(before, plan, edit(), RESTART);
        machine.running = false;
        assertThat(machine.change().undo(applied.entry(), RESTART).entry().outcome())
                .contains("stays stopped");
        assertThat(machine.running).isFalse();
    }

    @Test
    void aChangeThatWasKilledAfterTheBootIsJudgedWithoutAnotherOne() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.RESTARTING, edit());
        machine.config = edit().after();
        machine.now = better();
        assertThat(machine.change().resume(entry, RESTART).entry().phase())
                .isEqualTo(Phase.APPLIED);
        assertThat(machine.starts).isZero();
    }

    @Test
    void aRollbackThatWasKilledIsFinished() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.ROLLING_BACK, edit());
        machine.config = edit().after();
        machine.now = worse();
        machine.boots.add(asBefore());
        assertThat(machine.change().resume(entry, RESTART).entry().phase())
                .isEqualTo(Phase.ROLLED_BACK);
        assertThat(machine.config).isEqualTo(edit().before());
    }

    @Test
    void anUndoBringsTheOldConfigurationAndTheOldStateBack() throws IOException {
        machine.boots.add(better());
        Result applied = machine.change().apply(before, plan, edit(), RESTART);
        machine.boots.add(asBefore());
        Result undone = machine.change().undo(applied.entry(), RESTART);
        assertThat(undone.entry().phase()).isEqualTo(Phase.UNDONE);
        assertThat(undone.verification()).isNotNull();
        assertThat(undone.verification().mismatches()).isEmpty();
        assertThat(undone.verification().state()).isEqualTo("degraded");
        assertThat(machine.config).isEqualTo(edit().before());
    }

    @Test
    void anUndoThatWasKilledWhileTheContainerWasDownStartsIt() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.UNDOING, edit());
        machine.running = false;
        machine.boots.add(asBefore());
        assertThat(machine.change().undo(entry, RESTART).entry().phase()).isEqualTo(Phase.UNDONE);
        assertThat(machine.running).isTrue();
    }

    /// As `pct set` every 20 ms.
    @Test
    void aProgramThatWritesWheneverItHasTheLockKeepsNobodyFromHisEdit() throws IOException {
        machine.busy.addAll(List.of("# 1\n", "# 2\n", "# 3\n", "# 4\n", "# 5\n"));
        JournalEntry applied = machine.change().apply(before, plan, edit(), RESTART_LATER).entry();
        assertThat(applied.phase()).isEqualTo(Phase.WAITING_FOR_RESTART);
        assertThat(machine.config).contains("lxc.cap.drop = sys_rawio\n").contains("# 1\n");
        assertThat(machine.change().undo(applied, RESTART_LATER).entry().phase())
                .isEqualTo(Phase.UNDONE);
        assertThat(machine.config).doesNotContain("lxc.cap.drop").contains("# 2\n");
    }

    @Test
    void aRepeatedUndoStartsNothingThatWasStoppedWhenTheFirstBegan() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.WAITING_FOR_RESTART, edit());
        machine.config = edit().after();
        machine.running = false;
        machine.writeFailure = new IOException("it is locked");
        assertThatThrownBy(() -> machine.change().undo(entry, RESTART)).hasMessage("it is locked");
        machine.writeFailure = null;
        Result undone = machine.change().undo(machine.entries.getLast(), RESTART);
        assertThat(undone.entry().outcome())
                .isEqualTo("taken back; the container is stopped and stays stopped");
        assertThat(machine.starts).isZero();
    }

    @Test
    void norWhatSomebodyHasStoppedSinceThatUndoWasRefused() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.APPLIED, edit());
        machine.config = edit().after();
        machine.writeFailure = new IOException("it is locked");
        assertThatThrownBy(() -> machine.change().undo(entry, RESTART)).hasMessage("it is locked");
        machine.writeFailure = null;
        machine.running = false;
        machine.change().resume(machine.entries.getLast(), RESTART);
        assertThat(machine.starts).isZero();
    }

    @Test
    void anUndoThatWasKilledStartsWhatRanWhenItBeganThoughNotBeforeTheChange() throws IOException {
        MachineInMemory since = new MachineInMemory(degraded().stopped().draw());
        JournalEntry entry = since.killedIn(Phase.UNDOING, edit());
        since.running = false;
        since.boots.add(asBefore());
        since.change().undo(entry, RESTART);
        assertThat(since.running).isTrue();
    }

    @Test
    void anUndoOfWhatIsNotInTheFileDoesNotSayThatItTookItBack() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.APPLIED, edit());
        machine.running = false;
        machine.config = edit().before();
        assertThat(machine.change().undo(entry, RESTART).entry().outcome())
                .isEqualTo(
                        "nothing of it was in the file any more; the container is stopped and stays"
                                + " stopped");
    }

    @Test
    void theUndoForAContainerThatWouldNotStartAgainLeavesItRunning() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.APPLIED, edit());
        machine.config = edit().after();
        machine.now = healed().config("lxc.cap.drop = nonsense\n").draw();
        Result undone = machine.change().undo(entry, RESTART);
        assertThat(undone.entry().outcome())
                .startsWith("taken back; its configuration does not load (")
                .contains("'nonsense'")
                .endsWith("so that it would not start again, nothing was restarted")
                .doesNotContain("elsewhere");
        assertThat(machine.stops).isZero();
    }

    @Test
    void anUndoLeavesAStoppedContainerStopped() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.APPLIED, edit());
        machine.running = false;
        machine.config = edit().after();
        assertThat(machine.change().undo(entry, RESTART).entry().phase()).isEqualTo(Phase.UNDONE);
        assertThat(machine.running).isFalse();
        assertThat(machine.config).isEqualTo(edit().before());
    }

    @Test
    void aConditionOfAnotherKindIsNoReasonToRollBack() throws IOException {
        machine.boots.add(
                healed().wanted(
                                "dbus.service",
                                "inactive",
                                "dead",
                                Sketch.row("PathExists", "/etc/x", FAILED))
                        .draw());
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(result.verification()).isNotNull();
        Mismatch mismatch = result.verification().mismatches().getFirst();
        assertThat(mismatch.unit()).isEqualTo("dbus.service");
        assertThat(mismatch.byDrop()).isFalse();
    }

    @Test
    void whatCannotBeReadIsNotWorseAndIsVerifiedLater() throws IOException {
        machine.boots.add(withoutSystemd(better()));
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.UNVERIFIED);
        assertThat(result.entry().outcome()).isEqualTo("not verified: its D-Bus is silent");
        assertThat(result.failed()).isTrue();
        assertThat(machine.config).isEqualTo(edit().after());
        machine.now = better();
        Result later = machine.change().resume(result.entry(), RESTART);
        assertThat(later.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(requireNonNull(later.verification()).verdict()).isEqualTo(Verdict.BETTER);
        assertThat(machine.starts).isEqualTo(1);
    }

    @Test
    void theNextCheckVerifiesWhatCouldNotBeRead() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.UNVERIFIED, edit());
        machine.config = edit().after();
        assertThat(machine.waiting(entry).decided(withoutSystemd(better()))).isFalse();
        assertThat(machine.waiting(entry).decided(better())).isTrue();
        Result verified = machine.waiting(entry).verify(better());
        assertThat(verified.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(verified.entry().outcome()).startsWith("running; forecast");
    }

    @Test
    void whatIsWorseIsPutBackAndNotRestartedWhereNoRestartIsWanted() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.UNVERIFIED, edit());
        machine.config = edit().after();
        machine.now = worse();
        Result result = machine.change().resume(entry, RESTART_LATER);
        assertThat(result.entry().phase()).isEqualTo(Phase.ROLLED_BACK);
        assertThat(result.entry().outcome()).contains("no restart was wanted");
        assertThat(machine.config).isEqualTo(edit().before());
        assertThat(machine.starts).isZero();
    }

    @Test
    void whatIsStillWorseAtASecondLookIsRolledBack() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.UNVERIFIED, edit());
        machine.config = edit().after();
        machine.now = worse();
        machine.boots.add(asBefore());
        assertThat(machine.change().resume(entry, RESTART).entry().phase())
                .isEqualTo(Phase.ROLLED_BACK);
    }

    @Test
    void aReadingThatFailsIsNoReasonToRollBackWhileTheContainerRuns() throws IOException {
        machine.boots.add(better());
        machine.unreadable = new IOException("'c1' ended or restarted while it was read");
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.UNVERIFIED);
        assertThat(machine.config).isEqualTo(edit().after());
    }

    @Test
    void aFailureThatDoesNotComeAgainIsNotLaidToTheDrop() throws IOException {
        machine.boots.add(worse());
        machine.worksOnStart = 3;
        machine.afterStart = better();
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(machine.startedAgain)
                .containsExactly("dbus.service", "dbus.service", "dbus.service");
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        Verification verification = requireNonNull(result.verification());
        assertThat(verification.verdict()).isEqualTo(Verdict.BETTER);
        assertThat(verification.state()).isEqualTo("running");
        Mismatch mismatch = verification.mismatches().getFirst();
        assertThat(mismatch.byDrop()).isFalse();
        assertThat(mismatch.why()).startsWith("failed in this boot, and not by what was dropped");
        assertThat(machine.starts).isEqualTo(1);
    }

    @Test
    void whatFailsAtEveryStartIsLaidToTheDrop() throws IOException {
        machine.boots.add(worse());
        machine.boots.add(asBefore());
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(machine.startedAgain).hasSize(Dropping.Retrial.STARTS);
        assertThat(result.entry().phase()).isEqualTo(Phase.ROLLED_BACK);
    }

    @Test
    void whereNothingCanBeStartedAgainTheFirstFailureCounts() throws IOException {
        machine.boots.add(worse());
        machine.boots.add(asBefore());
        machine.startFailure = new IOException("no D-Bus");
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.ROLLED_BACK);
    }

    @Test
    void whatSystemdItselfRefusesIsNotStartedAgain() throws IOException {
        machine.boots.add(
                healed().wanted("dbus.service", "failed", "failed").exitedWith(218).draw());
        machine.boots.add(asBefore());
        machine.worksOnStart = 1;
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(machine.startedAgain).isEmpty();
        assertThat(result.entry().phase()).isEqualTo(Phase.ROLLED_BACK);
    }

    @Test
    void whatHangsOnAUnitThatWorksAgainIsStartedAgainToo() throws IOException {
        Dependencies onDbus =
                Dependencies.NONE
                        .with(Dependency.REQUIRES, "dbus.service")
                        .with(Dependency.AFTER, "dbus.service");
        Sketch old =
                degraded()
                        .wanted("dbus.service", "active", "running")
                        .wanted("top.service", "active", "running", onDbus);
        MachineInMemory moody = new MachineInMemory(old.draw());
        Plan heals = Planner.plan(moody.now, Request.HEALTHY).orElseThrow();
        moody.boots.add(
                healed().wanted("dbus.service", "failed", "failed")
                        .exitedWith(1)
                        .idle("top.service", onDbus)
                        .draw());
        moody.worksOnStart = 1;
        Result result =
                moody.change().apply(moody.now, heals, requireNonNull(heals.edit()), RESTART);
        assertThat(moody.startedAgain).containsExactly("dbus.service", "top.service");
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
    }

    @Test
    void whereOneOfTwoThatFailedNeverWorksAgainBothAreLaidToTheDropAndAllIsTakenBack()
            throws IOException {
        MachineInMemory two =
                new MachineInMemory(
                        degraded()
                                .wanted("dbus.service", "active", "running")
                                .wanted("web.service", "active", "running")
                                .draw());
        Plan heals = Planner.plan(two.now, Request.HEALTHY).orElseThrow();
        two.boots.add(
                healed().wanted("dbus.service", "failed", "failed")
                        .exitedWith(1)
                        .wanted("web.service", "failed", "failed")
                        .exitedWith(1)
                        .draw());
        two.boots.add(two.now);
        two.worksOnStart = 1;
        two.neverWorks = Set.of("web.service");
        Result result = two.change().apply(two.now, heals, requireNonNull(heals.edit()), RESTART);
        assertThat(two.startedAgain.getFirst()).isEqualTo("dbus.service");
        assertThat(two.startedAgain).hasSize(1 + Dropping.Retrial.STARTS);
        assertThat(result.entry().phase()).isEqualTo(Phase.ROLLED_BACK);
        assertThat(two.config).isEqualTo(requireNonNull(heals.edit()).before());
        assertThat(requireNonNull(result.verification()).mismatches())
                .hasSize(2)
                .allMatch(Mismatch::byDrop);
    }

    @Test
    void whatHangsOnAUnitThatWorksAgainAndDoesNotItselfIsLaidToTheDropWithIt() throws IOException {
        Dependencies onDbus = Dependencies.NONE.with(Dependency.REQUIRES, "dbus.service");
        MachineInMemory two =
                new MachineInMemory(
                        degraded()
                                .wanted("dbus.service", "active", "running")
                                .wanted("top.service", "active", "running", onDbus)
                                .draw());
        Plan heals = Planner.plan(two.now, Request.HEALTHY).orElseThrow();
        two.boots.add(
                healed().wanted("dbus.service", "failed", "failed")
                        .exitedWith(1)
                        .idle("top.service", onDbus)
                        .draw());
        two.boots.add(two.now);
        two.worksOnStart = 1;
        two.neverWorks = Set.of("top.service");
        Result result = two.change().apply(two.now, heals, requireNonNull(heals.edit()), RESTART);
        assertThat(two.startedAgain).containsExactly("dbus.service", "top.service");
        assertThat(result.entry().phase()).isEqualTo(Phase.ROLLED_BACK);
        assertThat(requireNonNull(result.verification()).mismatches())
                .hasSize(2)
                .allMatch(Mismatch::byDrop);
    }

    @Test
    void aUnitThatIsOutForAnotherReasonKeepsNoFailureFromBeingTriedAgain() throws IOException {
        MachineInMemory two =
                new MachineInMemory(
                        degraded()
                                .wanted("dbus.service", "active", "running")
                                .wanted("web.service", "active", "running")
                                .draw());
        Plan heals = Planner.plan(two.now, Request.HEALTHY).orElseThrow();
        two.boots.add(
                healed().wanted("dbus.service", "failed", "failed")
                        .exitedWith(1)
                        .wanted(
                                "web.service",
                                "inactive",
                                "dead",
                                Sketch.row("PathExists", "/etc/x", FAILED))
                        .draw());
        two.worksOnStart = 1;
        Result result = two.change().apply(two.now, heals, requireNonNull(heals.edit()), RESTART);
        assertThat(two.startedAgain).containsExactly("dbus.service");
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
    }

    @Test
    void whatIsStartedAgainHasToGoOnTwiceAsLongAsItDidBeforeItFailed() throws IOException {
        machine.boots.add(
                healed().wanted("dbus.service", "failed", "failed")
                        .exitedWith(1)
                        .wentOn(10_000_000, 13_000_000)
                        .draw());
        machine.worksOnStart = 1;
        machine.change().apply(before, plan, edit(), RESTART);
        // 3 s before it failed
        assertThat(machine.steady).containsExactly(Duration.ofSeconds(2 + 2 * 3));
    }

    @Test
    void whatWasNotForecastIsNotProven() throws IOException {
        MachineInMemory blind = new MachineInMemory(withoutSystemd(before));
        Plan named =
                Planner.plan(
                                blind.now,
                                new Request(
                                        Goal.NONE,
                                        CapabilitySet.of("sys_rawio"),
                                        CapabilitySet.EMPTY,
                                        Set.of()))
                        .orElseThrow();
        blind.boots.add(worse());
        Result result =
                blind.change().apply(blind.now, named, requireNonNull(named.edit()), RESTART);
        Verification verification = requireNonNull(result.verification());
        assertThat(verification.verdict()).isEqualTo(Verdict.UNPROVEN);
        assertThat(verification.sentence())
                .startsWith("nothing had been forecast")
                .endsWith("now failed: dbus.service");
        assertThat(result.failed()).isTrue();
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
    }

    @Test
    void anUndoThatMakesItDegradedAgainSaysThatItIsAsBefore() throws IOException {
        machine.boots.add(better());
        Result applied = machine.change().apply(before, plan, edit(), RESTART);
        machine.boots.add(asBefore());
        Verification undone =
                requireNonNull(machine.change().undo(applied.entry(), RESTART).verification());
        assertThat(undone.verdict()).isEqualTo(Verdict.AS_BEFORE);
        assertThat(undone.state()).isEqualTo("degraded");
    }

    @Test
    void theUndoOfAChangeThatNobodySawBootIsComparedWithTheBootBeforeIt() throws IOException {
        MachineInMemory stopped = new MachineInMemory(withoutSystemd(before));
        JournalEntry entry = stopped.killedIn(Phase.APPLIED, edit());
        stopped.config = edit().after();
        stopped.now = better();
        stopped.boots.add(asBefore());
        Verification undone = requireNonNull(stopped.change().undo(entry, RESTART).verification());
        assertThat(undone.definite()).isPositive();
        assertThat(undone.verdict().failed()).isFalse();
    }

    @Test
    void aBootThatHungBeforeIsNotWaitedForAnyLonger() throws IOException {
        Snapshot hanging =
                degraded()
                        .wanted("hang.service", "activating", "start")
                        .state("starting")
                        .job("hang.service", "start")
                        .draw();
        MachineInMemory slow = new MachineInMemory(hanging);
        Plan heals = Planner.plan(hanging, Request.HEALTHY).orElseThrow();
        slow.boots.add(
                healed().wanted("hang.service", "activating", "start")
                        .state("starting")
                        .job("hang.service", "start")
                        .draw());
        Result result = slow.change().apply(hanging, heals, requireNonNull(heals.edit()), RESTART);
        assertThat(slow.hangingAwaited).containsExactly("hang.service");
        assertThat(requireNonNull(result.verification()).verdict()).isEqualTo(Verdict.BETTER);
    }

    @Test
    void eachStepIsToldBeforeItIsTakenAndSoIsTheWayBack() throws IOException {
        machine.boots.add(worse());
        machine.boots.add(asBefore());
        machine.startFailure = new IOException("no D-Bus");
        machine.change().apply(before, plan, edit(), RESTART);
        assertThat(machine.told)
                .containsExactly(
                        "writing /var/lib/lxc/c1/config",
                        "shutting c1 down",
                        "starting c1",
                        "waiting until its boot has ended",
                        "dbus.service failed; starting it again, to see whether the drop is the"
                                + " reason",
                        "it cannot be started again: no D-Bus",
                        "it got worse: back to the old configuration",
                        "putting /var/lib/lxc/c1/config back",
                        "shutting c1 down",
                        "starting c1",
                        "waiting until its boot has ended");
    }

    @Test
    void thatAFileIsWrittenOnceMoreBecauseOfOthersIsTold() throws IOException {
        machine.meanwhile = "lxc.uts.name = c1\nlxc.start.auto = 1\n";
        machine.change().apply(before, plan, edit(), RESTART_LATER);
        assertThat(machine.told)
                .containsExactly(
                        "writing /var/lib/lxc/c1/config",
                        "somebody else has changed other lines of it; writing it again");
        assertThat(machine.entries.getLast().edit().after()).isEqualTo(machine.config);
    }

    @Test
    void whoTakesAChangeUpWaitsForWhatItHasLeftUnderWay() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.WAITING_FOR_RESTART, edit());
        machine.config = edit().after();
        machine.change().resume(entry, RESTART_LATER);
        assertThat(machine.earlierAwaited).isEqualTo(1);
        machine.change().undo(entry, RESTART_LATER);
        assertThat(machine.earlierAwaited).isEqualTo(2);
        assertThat(machine.told).containsExactly("putting /var/lib/lxc/c1/config back");
    }

    @Test
    void aChangeThatHasEndedIsNotTakenUpAgain() {
        for (Phase ended : List.of(Phase.APPLIED, Phase.UNDONE)) {
            JournalEntry entry = machine.killedIn(ended, edit());
            assertThatThrownBy(() -> machine.change().resume(entry, RESTART))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("'id' has ended");
        }
    }

    @Test
    void aContainerThatIsStoppedWhileItIsChangedIsNotStarted() throws IOException {
        Snapshot lacking = better();
        machine.now = stopped(lacking);
        Plan again = Planner.plan(lacking, Request.HEALTHY).orElseThrow();
        Result result =
                machine.change().apply(lacking, again, requireNonNull(again.edit()), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(result.entry().outcome())
                .isEqualTo("written; the container has been stopped meanwhile");
        assertThat(machine.starts).isZero();
    }

    /// The same container, of which no process is left.
    private static Snapshot stopped(Snapshot snapshot) {
        Init init = requireNonNull(snapshot.init());
        return Snapshot.of(snapshot.takenAt(), snapshot.container(), snapshot.host())
                .with(snapshot.configuration())
                .with(
                        new Init(
                                0,
                                init.startedAt(),
                                init.unprivileged(),
                                init.bounding(),
                                init.executableReplaced()));
    }

    @Test
    void aStoppedContainerWhoseChangeWasKilledStaysStopped() throws IOException {
        MachineInMemory down = new MachineInMemory(stopped(before));
        down.running = false;
        down.config = edit().after();
        Result result = down.change().resume(down.killedIn(Phase.RESTARTING, edit()), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(result.entry().outcome())
                .isEqualTo("written; the container is stopped and stays stopped");
        assertThat(down.starts).isZero();
    }

    @Test
    void whatIsStoppedBeforeAnybodyCouldVerifyItStaysStopped() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.UNVERIFIED, edit());
        machine.config = edit().after();
        machine.running = false;
        Result result = machine.change().resume(entry, RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(result.entry().outcome())
                .isEqualTo("written; the container was stopped unverified");
        assertThat(machine.starts).isZero();
    }

    @Test
    void thatSomebodyElseHasRestartedItIsTold() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.RESTARTING, edit());
        machine.config = edit().after();
        machine.now = better();
        machine.change().resume(entry, RESTART);
        assertThat(machine.told)
                .containsExactly("it has been restarted since", "waiting until its boot has ended");
    }

    @Test
    void aContainerThatIsDownOnceItsBootShouldHaveEndedIsRolledBack() throws IOException {
        machine.boots.add(better());
        machine.boots.add(asBefore());
        machine.unreadable = new IOException("'c1' ended");
        machine.downWhenUnreadable = true;
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.ROLLED_BACK);
        assertThat(requireNonNull(result.verification()).problem()).isEqualTo("'c1' ended");
        assertThat(machine.config).isEqualTo(edit().before());
    }

    @Test
    void whatHangsOnNothingThatFailedIsNotStartedAgainForAnother() throws IOException {
        Snapshot two =
                degraded()
                        .wanted("dbus.service", "active", "running")
                        .wanted("other.socket", "active", "listening")
                        .draw();
        MachineInMemory busy = new MachineInMemory(two);
        Plan heals = Planner.plan(two, Request.HEALTHY).orElseThrow();
        busy.boots.add(
                healed().wanted("dbus.service", "failed", "failed")
                        .exitedWith(1)
                        .wanted("other.socket", "failed", "failed")
                        .draw());
        busy.boots.add(asBefore());
        busy.worksOnStart = 1;
        Result result = busy.change().apply(two, heals, requireNonNull(heals.edit()), RESTART);
        assertThat(busy.startedAgain).isEmpty();
        assertThat(result.entry().phase()).isEqualTo(Phase.ROLLED_BACK);
    }

    @Test
    void whereAnotherLineDropsAPartTooThatIsToldBeforeTheRestart() throws IOException {
        MachineInMemory two = new MachineInMemory(before);
        CapabilitySet both = CapabilitySet.of("sys_rawio", "sys_module");
        JournalEntry entry = two.killedIn(Phase.APPLIED, edit());
        JournalEntry wider =
                new JournalEntry(
                        entry.id(),
                        entry.target(),
                        entry.at(),
                        entry.phase(),
                        new JournalEntry.Asked(both, Set.of()),
                        entry.edit(),
                        entry.before(),
                        "");
        two.config = edit().after();
        two.now =
                healed().bounding(CapabilitySet.upTo(40).minus(both))
                        .config("lxc.cap.drop = sys_module\n")
                        .draw();
        two.boots.add(asBefore());
        assertThat(two.change().undo(wider, RESTART).entry().phase()).isEqualTo(Phase.UNDONE);
        assertThat(two.told)
                .containsExactly(
                        "putting /var/lib/lxc/c1/config back",
                        "its configuration drops sys_module elsewhere, too",
                        "shutting c1 down",
                        "starting c1",
                        "waiting until its boot has ended");
    }

    @Test
    void aFileThatOthersWriteAllTheTimeIsGivenUpAfterThreeAttempts() throws IOException {
        String[] others = {
            "lxc.uts.name = c1\n# 1\n", "lxc.uts.name = c1\n# 2\n", "lxc.uts.name = c1\n# 3\n"
        };
        machine.meanwhiles.addAll(List.of(others[0], others[1]));
        machine.change().apply(before, plan, edit(), RESTART_LATER);
        assertThat(machine.writes).isEqualTo(3);
        assertThat(machine.config).contains("# 2", "lxc.cap.drop = sys_rawio");
        MachineInMemory busier = new MachineInMemory(before);
        busier.meanwhiles.addAll(List.of(others));
        assertThatThrownBy(() -> busier.change().apply(before, plan, edit(), RESTART_LATER))
                .isInstanceOf(ConfigStore.ChangedException.class);
        assertThat(busier.writes).isEqualTo(3);
        assertThat(busier.config).isEqualTo(others[2]);
    }

    @Test
    void anUndoOfAFileThatOthersWriteAllTheTimeIsGivenUpAfterThreeAttempts() {
        JournalEntry entry = machine.killedIn(Phase.WAITING_FOR_RESTART, edit());
        machine.config = edit().after();
        for (int i = 0; i < 4; i++) {
            machine.meanwhiles.add(edit().after() + "# " + i + "\n");
        }
        assertThatThrownBy(() -> machine.change().undo(entry, RESTART_LATER))
                .isInstanceOf(ConfigStore.ChangedException.class);
        assertThat(machine.writes).isEqualTo(3);
    }

    /// Whoever takes it up has to know what was about to be written.
    @Test
    void anEditThatIsMadeAnewIsJournalledBeforeItIsWritten() {
        machine.meanwhile = "lxc.uts.name = c1\nlxc.start.auto = 1\n";
        machine.killedAtWrite = 2;
        assertThatThrownBy(() -> machine.change().apply(before, plan, edit(), RESTART))
                .hasMessage("killed");
        JournalEntry open = machine.entries.getLast();
        assertThat(open.phase()).isEqualTo(Phase.WRITING);
        assertThat(open.edit().before()).isEqualTo(machine.config);
    }

    @Test
    void aFailureToReadDoesNotReplaceTheFailureToWrite() {
        machine.writeFailure = new IOException("no space left");
        machine.readFailure = new IOException("the disk is gone");
        assertThatThrownBy(() -> machine.change().apply(before, plan, edit(), RESTART))
                .hasMessage("no space left")
                .satisfies(failed ->
                        assertThat(failed.getSuppressed())
                                .extracting(Throwable::getMessage)
                                .containsExactly("the disk is gone"));
        assertThat(machine.entries.getLast().phase()).isEqualTo(Phase.WRITING);
    }

    @Test
    void whatKeepsAContainerDownWithItsOldConfigurationIsSaidFirst() throws IOException {
        machine.refusesToStart = new IOException("'pve:101' does not start: no such hookscript");
        Result result = machine.change().apply(before, plan, edit(), RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.ROLLED_BACK);
        assertThat(result.entry().outcome())
                .isEqualTo(
                        "'pve:101' does not start: no such hookscript; so it is with its old configuration, which is back: the container is down, and not for the drop");
        assertThat(machine.config).isEqualTo(edit().before());
    }

    @Test
    void aContainerThatDoesNotComeUpAgainHasItsOldConfigurationBack() throws IOException {
        JournalEntry entry = machine.killedIn(Phase.ROLLING_BACK, edit());
        machine.config = edit().after();
        machine.now = worse();
        machine.boots.add(asBefore());
        machine.unreadable = new IOException("its systemd hangs");
        Result result = machine.change().resume(entry, RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.ROLLED_BACK);
        assertThat(result.entry().outcome())
                .isEqualTo("the old configuration is back, but the container: its systemd hangs");
        assertThat(machine.config).isEqualTo(edit().before());
    }

    @Test
    void aChangeBeforeWhichNobodyHadSeenABootIsDecidedByTheNextOne() throws IOException {
        MachineInMemory blind = new MachineInMemory(withoutSystemd(before));
        JournalEntry entry = blind.killedIn(Phase.WAITING_FOR_RESTART, edit());
        blind.config = edit().after();
        assertThat(blind.waiting(entry).decided(better())).isTrue();
        assertThat(blind.waiting(entry).decided(withoutSystemd(better()))).isFalse();
    }
}
