package dev.capdrop.core.change;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.Change.Restart;
import dev.capdrop.core.change.Change.Result;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.journal.Claims;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnitState.ActiveState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.verification.Verification.Mismatch;
import dev.capdrop.core.verification.Verification.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A change that lets a container nest: what is forecast of it, and the transaction around it.
class NestingChangeTest {
    private static final Restart RESTART =
            new Restart(Restart.Way.RESTART, Duration.ofSeconds(1), false);
    private static final String CONFIG = "lxc.uts.name = c1\n";
    private static final String LOGIND = "systemd-logind.service";

    private final Snapshot before = refused().running("ssh.service").draw();
    private final Plan plan = Planner.nesting(before, TimeLimit.NONE).orElseThrow();
    private final ConfigEdit edit = requireNonNull(plan.edit());
    private final MachineInMemory machine = new MachineInMemory(before);

    /// A mount namespace and a mount for credentials are refused; a program fails by itself.
    private static Sketch refused() {
        return new Sketch()
                .appArmor(true)
                .config(CONFIG)
                .wanted(LOGIND, "failed", "failed")
                .exitedWith(226)
                .withLines("ExecStart=/lib/logind", "PrivateTmp=yes")
                .wanted("systemd-sysctl.service", "failed", "failed")
                .exitedWith(243)
                .withLines("ExecStart=/lib/sysctl", "ImportCredential=sysctl.*")
                .wanted("dev-mqueue.mount", "failed", "failed")
                .exitedWith(32)
                .withLines("What=mqueue", "Where=/dev/mqueue", "Type=mqueue")
                .wanted("own.service", "failed", "failed")
                .exitedWith(1);
    }

    private Sketch after(String logind, String ssh) {
        Sketch sketch =
                new Sketch()
                        .appArmor(true)
                        .config(edit.after())
                        .startedAt(Instant.parse("2026-01-01T11:00:00Z"))
                        .wanted(LOGIND, logind, logind.equals("failed") ? "failed" : "running");
        if (logind.equals("failed")) {
            sketch.exitedWith(226).withLines("ExecStart=/lib/logind", "PrivateTmp=yes");
        }
        sketch.wanted("systemd-sysctl.service", "active", "exited")
                .wanted("dev-mqueue.mount", "active", "mounted")
                .wanted("own.service", "failed", "failed")
                .exitedWith(1)
                .wanted("ssh.service", ssh, ssh.equals("failed") ? "failed" : "running");
        return sketch;
    }

    @Test
    void whatAppArmorRefusedIsSaidToBeStartedAndNothingElse() {
        assertThat(plan.forecast().changes())
                .extracting(Effect::unit, Effect::after, Effect::turnedBy)
                .containsExactlyInAnyOrder(
                        tuple(LOGIND, Outcome.STARTED, Effect.TurnedBy.NESTING),
                        tuple("systemd-sysctl.service", Outcome.STARTED, Effect.TurnedBy.NESTING),
                        tuple("dev-mqueue.mount", Outcome.STARTED, Effect.TurnedBy.NESTING));
        assertThat(plan.forecast().undecided())
                .extracting(Undecided::unit)
                .containsExactly("own.service");
        assertThat(requireNonNull(plan.widening()).units())
                .containsExactly("dev-mqueue.mount", LOGIND, "systemd-sysctl.service");
        assertThat(edit.after())
                .isEqualTo(
                        CONFIG
                                + "lxc.apparmor.profile = generated\n"
                                + "lxc.apparmor.allow_nesting = 1\n");
    }

    @Test
    void whatSystemdGoesOnStartingIsOneOfThem() {
        Snapshot loop =
                new Sketch()
                        .appArmor(true)
                        .config(CONFIG)
                        .wanted(LOGIND, "activating", "auto-restart")
                        .exitedWith(226)
                        .withLines("ExecStart=/lib/logind", "PrivateTmp=yes")
                        .restarted(3)
                        .draw();
        Plan nesting = Planner.nesting(loop, TimeLimit.NONE).orElseThrow();
        assertThat(requireNonNull(nesting.widening()).units()).containsExactly(LOGIND);
        assertThat(requireNonNull(nesting.forecast().effect(LOGIND)).after())
                .isEqualTo(Outcome.STARTED);
    }

    @Test
    void ofAPrivilegedContainerItIsSaidWhatThatMeans() {
        String opens = requireNonNull(plan.widening()).opens();
        Plan privileged =
                Planner.nesting(refused().privileged().draw(), TimeLimit.NONE).orElseThrow();
        assertThat(requireNonNull(privileged.widening()).opens())
                .isEqualTo(
                        opens
                                + "; it is privileged, so that its root is the host's root, and"
                                + " little else confines that");
    }

    /// One that an inert capability has started is healed by its drop, nesting or not.
    @Test
    void aMountThatFailsForAnInertCapabilityStaysFailed() {
        Snapshot both =
                refused()
                        .wanted(
                                "sys-kernel-config.mount",
                                "failed",
                                "failed",
                                Sketch.needs("CAP_SYS_RAWIO", Condition.Result.SUCCEEDED))
                        .exitedWith(32)
                        .withLines("What=mqueue", "Where=/dev/mqueue", "Type=mqueue")
                        .draw();
        Plan nesting = Planner.nesting(both, TimeLimit.NONE).orElseThrow();
        Effect effect = requireNonNull(nesting.forecast().effect("sys-kernel-config.mount"));
        assertThat(effect.after()).isEqualTo(Outcome.FAILED);
        assertThat(requireNonNull(nesting.widening()).units())
                .doesNotContain("sys-kernel-config.mount");
    }

    @Test
    void whatWentDownWithARefusedUnitIsLeftOpen() {
        Dependencies needs =
                Dependencies.NONE
                        .with(Dependency.REQUIRES, List.of(LOGIND))
                        .with(Dependency.AFTER, List.of(LOGIND));
        Snapshot cascade =
                refused()
                        .wanted("seat.service", "failed", "failed", needs)
                        .ended("resources", 0)
                        .untried("late.service", needs)
                        .draw();
        assertThat(Planner.nesting(cascade, TimeLimit.NONE).orElseThrow().forecast().undecided())
                .extracting(Undecided::unit)
                .contains("late.service");
    }

    @Test
    void ofAStoppedContainerWhatWouldBeRefusedIsStarted() {
        Snapshot stopped =
                new Sketch()
                        .stopped()
                        .appArmor(true)
                        .config("lxc.apparmor.profile = generated\n")
                        .wanted(LOGIND, ActiveState.STARTED.word(), "running")
                        .withLines("ExecStart=/lib/logind", "ImportCredential=login.*")
                        .draw();
        Plan nesting = Planner.nesting(stopped, TimeLimit.NONE).orElseThrow();
        assertThat(requireNonNull(nesting.widening()).units()).containsExactly(LOGIND);
        Effect effect = requireNonNull(nesting.forecast().effect(LOGIND));
        assertThat(effect.after()).isEqualTo(Outcome.STARTED);
        assertThat(requireNonNull(nesting.edit()).after())
                .isEqualTo("lxc.apparmor.profile = generated\nlxc.apparmor.allow_nesting = 1\n");
    }

    @Test
    void itIsWrittenRestartedAndComparedWithTheForecast() throws IOException {
        machine.boots.add(after("active", "active").draw());
        Result result = machine.change().apply(before, plan, edit, RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(requireNonNull(result.verification()).verdict()).isEqualTo(Verdict.BETTER);
        assertThat(result.verification().mismatches()).isEmpty();
        assertThat(machine.config).isEqualTo(edit.after());
        assertThat(Claims.of(machine.entries).nesting()).isTrue();
        assertThat(Claims.last(machine.entries)).isEqualTo(result.entry());
        machine.boots.add(before);
        assertThat(machine.change().undo(result.entry(), RESTART).entry().phase())
                .isEqualTo(Phase.UNDONE);
        assertThat(machine.config).isEqualTo(CONFIG);
    }

    /// One that systemd has started again and again until it gave up does not work by chance.
    @Test
    void whatSystemdHadGivenUpAndWorksNowIsBetter() throws IOException {
        Snapshot givenUp =
                new Sketch()
                        .appArmor(true)
                        .config(CONFIG)
                        .wanted(LOGIND, "failed", "failed")
                        .exitedWith(226)
                        .withLines("ExecStart=/lib/logind", "PrivateTmp=yes")
                        .restarted(5)
                        .draw();
        Plan nesting = Planner.nesting(givenUp, TimeLimit.NONE).orElseThrow();
        for (String state : List.of("active", "failed")) {
            MachineInMemory other = new MachineInMemory(givenUp);
            other.boots.add(after(state, "active").draw());
            Result result =
                    other.change().apply(givenUp, nesting, requireNonNull(nesting.edit()), RESTART);
            boolean works = state.equals("active");
            assertThat(requireNonNull(result.verification()).verdict())
                    .isEqualTo(works ? Verdict.BETTER : Verdict.SAME);
            assertThat(
                            result.verification().mismatches().stream()
                                    .anyMatch(one -> one.unit().equals(LOGIND)))
                    .isNotEqualTo(works);
        }
    }

    /// "started" says no more than that it is set up; what still fails was not.
    @Test
    void whatIsRefusedAllTheSameIsNotAsForecast() throws IOException {
        machine.boots.add(after("failed", "active").draw());
        Result result = machine.change().apply(before, plan, edit, RESTART);
        assertThat(requireNonNull(result.verification()).mismatches())
                .extracting(Mismatch::unit, Mismatch::harm)
                .containsExactly(tuple(LOGIND, false));
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
    }

    @Test
    void whatWorkedBeforeAndFailsWithNestingIsTakenBack() throws IOException {
        machine.boots.add(after("active", "failed").draw());
        machine.boots.add(before);
        Result result = machine.change().apply(before, plan, edit, RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.ROLLED_BACK);
        assertThat(machine.config).isEqualTo(CONFIG);
    }

    @Test
    void whatAnotherProgramHasOverwrittenIsLost() throws IOException {
        machine.boots.add(after("active", "active").draw());
        JournalEntry entry = killedIn(Phase.RESTARTING);
        machine.config = CONFIG;
        Result result = machine.change().resume(entry, RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.ABANDONED);
        assertThat(result.entry().outcome()).contains("so that nesting is not allowed any more");
    }

    private JournalEntry killedIn(Phase phase) {
        JournalEntry entry =
                new JournalEntry(
                        "id",
                        "lxc:c1",
                        Instant.parse("2026-01-01T10:30:00Z"),
                        phase,
                        new JournalEntry.Asked(CapabilitySet.EMPTY, Set.of()),
                        edit,
                        before,
                        "");
        machine.entries.add(entry);
        machine.config = edit.after();
        return entry;
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"WRITING", "RESTARTING", "WAITING_FOR_RESTART", "UNVERIFIED"})
    void oneThatWasKilledIsFinished(Phase phase) throws IOException {
        JournalEntry entry = killedIn(phase);
        machine.boots.add(after("active", "active").draw());
        Result result = machine.change().resume(entry, RESTART);
        assertThat(result.entry().phase()).isEqualTo(Phase.APPLIED);
        assertThat(machine.config).isEqualTo(edit.after());
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"WRITING", "RESTARTING", "WAITING_FOR_RESTART", "ROLLING_BACK", "UNDOING"})
    void oneThatWasKilledIsTakenBackByteForByte(Phase phase) throws IOException {
        JournalEntry entry = killedIn(phase);
        machine.boots.add(before);
        assertThat(machine.change().undo(entry, RESTART).entry().phase()).isEqualTo(Phase.UNDONE);
        assertThat(machine.config).isEqualTo(CONFIG);
    }

    @Test
    void oneThatWasKilledBeforeItsFileWasWrittenIsAbandoned() throws IOException {
        JournalEntry entry = killedIn(Phase.WRITING);
        machine.config = CONFIG;
        assertThat(machine.change().resume(entry, RESTART).entry().phase())
                .isEqualTo(Phase.ABANDONED);
        assertThat(machine.starts).isZero();
    }
}
