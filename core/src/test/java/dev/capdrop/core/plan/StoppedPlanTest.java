package dev.capdrop.core.plan;

import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static dev.capdrop.core.forecast.Sketch.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.diagnosis.Cause;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.diagnosis.Diagnosis.Finding;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.journal.Experience;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnitState.ActiveState;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The plan for a container of which only files were read.
class StoppedPlanTest {
    private static Sketch trixie() {
        return new Sketch()
                .stopped()
                .wanted(
                        "sys-kernel-debug.mount",
                        "failed",
                        "failed",
                        needs("CAP_SYS_RAWIO", SUCCEEDED))
                .withLines("What=debugfs", "Type=debugfs")
                .wanted(
                        "systemd-modules-load.service",
                        ActiveState.STARTED.word(),
                        "exited",
                        needs("CAP_SYS_MODULE", SUCCEEDED))
                .withLines("Type=oneshot", "RemainAfterExit=yes", "ExecStart=/bin/load")
                .wanted("dbus.service", ActiveState.STARTED.word(), "running")
                .withLines("ExecStart=/bin/dbus");
    }

    @Test
    void itDropsWhateverAOneshotOfTheBootAsksForInVain() {
        Plan plan = Planner.plan(trixie().draw(), Request.HEALTHY).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_rawio", "sys_module"));
        assertThat(plan.refused()).isFalse();
        assertThat(plan.conflicts()).isEmpty();
    }

    @Test
    void whatEndsWellWhateverBecomesOfItsCommandsIsNoReasonForADrop() {
        Snapshot snapshot =
                new Sketch()
                        .stopped()
                        .wanted(
                                "modprobe@fuse.service",
                                ActiveState.STARTED.word(),
                                "dead",
                                needs("CAP_SYS_MODULE", SUCCEEDED))
                        .withLines("Type=oneshot", "ExecStart=-/sbin/modprobe")
                        .draw();
        assertThat(review(snapshot).hasFindings()).isFalse();
        assertThat(Planner.plan(snapshot, Request.HEALTHY).orElseThrow().drop())
                .isEqualTo(CapabilitySet.EMPTY);
    }

    @Test
    void whatMayFailIsNamedAsThat() {
        StartReview next = review(trixie().draw());
        assertThat(next.inVain())
                .containsExactly(
                        new StartReview.VainStart(
                                "systemd-modules-load.service",
                                CapabilitySet.of("sys_module"),
                                false,
                                StartReview.VainStart.Evidence.NONE));
        assertThat(next.hasFindings()).isTrue();
    }

    @Test
    void aDaemonThatMayWorkWithoutIsNoPriceButThePlanSaysThatItIsTheLeast() {
        Snapshot snapshot =
                trixie().wanted(
                                "logger.service",
                                ActiveState.STARTED.word(),
                                "running",
                                needs("CAP_SYSLOG", SUCCEEDED))
                        .withLines("ExecStart=/bin/logger")
                        .draw();
        Plan plan = Planner.plan(snapshot, Request.HEALTHY).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_rawio", "sys_module"));
        assertThat(plan.remarks().unseen())
                .singleElement()
                .asString()
                .startsWith("logger.service also asks for a capability that is worth nothing in it")
                .endsWith("this is the least to drop");
    }

    @Test
    void nothingSaysThatTheKernelHasRefusedWhatNobodyHasStarted() {
        Snapshot snapshot =
                trixie().wanted("data.mount", "failed", "failed").withLines("Type=ext4").draw();
        assertThat(Diagnosis.of(snapshot).findings())
                .extracting(Finding::cause)
                .containsExactlyInAnyOrder(
                        new Cause.InertCapability(CapabilitySet.of("sys_rawio"), false, true),
                        new Cause.ForecastFailure());
    }

    @Test
    void whatTheConfigurationDropsAlreadyIsNotPlannedAgain() {
        Snapshot snapshot =
                trixie().config("lxc.cap.drop = sys_module\n")
                        .bounding(CapabilitySet.upTo(40).minus(CapabilitySet.of("sys_module")))
                        .draw();
        assertThat(Planner.plan(snapshot, Request.HEALTHY).orElseThrow().drop())
                .isEqualTo(CapabilitySet.of("sys_rawio"));
        assertThat(review(snapshot).hasFindings()).isFalse();
    }

    /// Its files were read while its configuration dropped one, which was taken back since.
    @Test
    void whatItsFilesSkipForWantOfACapabilityThatTheNextStartGivesIsStartedInVain() {
        Snapshot snapshot =
                new Sketch()
                        .stopped()
                        .bounding(CapabilitySet.upTo(40).minus(CapabilitySet.of("sys_rawio")))
                        .skipped(
                                "sys-kernel-debug.mount",
                                needs("CAP_SYS_RAWIO", Condition.Result.FAILED))
                        .skipped(
                                "other.mount",
                                needs("CAP_SYS_MODULE", SUCCEEDED),
                                row("PathExists", "/x", Condition.Result.FAILED))
                        .nextBoot(row("PathExists", "/x", SUCCEEDED))
                        .draw();
        assertThat(review(snapshot).inVain())
                .containsExactly(
                        new StartReview.VainStart(
                                "sys-kernel-debug.mount",
                                CapabilitySet.of("sys_rawio"),
                                false,
                                StartReview.VainStart.Evidence.NONE));
    }

    @Test
    void whatAnAdministratorKeepsIsKept() {
        Request keep =
                new Request(
                        Goal.HEALTHY,
                        CapabilitySet.EMPTY,
                        CapabilitySet.of("sys_module"),
                        Set.of());
        Plan plan = Planner.plan(trixie().draw(), keep).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_rawio"));
        assertThat(plan.conflicts()).hasSize(1);
        assertThat(plan.remarks().unseen()).isEmpty();
    }

    private static StartReview review(Snapshot snapshot) {
        return Experience.NONE.nextStart(snapshot, TimeLimit.NONE);
    }
}
