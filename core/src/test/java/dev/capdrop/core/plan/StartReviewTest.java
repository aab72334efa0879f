package dev.capdrop.core.plan;

import static dev.capdrop.core.condition.Condition.Result.FAILED;
import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.condition.Condition.Result.UNTESTED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static dev.capdrop.core.forecast.Sketch.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.journal.Experience;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.plan.StartReview.Loss;
import dev.capdrop.core.plan.StartReview.VainStart.Evidence;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnitDetail;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the next start makes of a container that runs well.
class StartReviewTest {
    private static final int EXITED = UnitDetail.Exit.EXITED;
    private static final CapabilitySet ALL = CapabilitySet.upTo(40);
    private static final CapabilitySet HEALED = CapabilitySet.of("sys_module", "sys_rawio");

    /// A container that was healed, whose file is the argument.
    private static Sketch healed(String config) {
        return new Sketch()
                .bounding(ALL.minus(HEALED))
                .config(config)
                .wanted(
                        "sys-kernel-debug.mount",
                        "inactive",
                        "dead",
                        needs("CAP_SYS_RAWIO", FAILED))
                .withLines("What=debugfs", "Where=/sys/kernel/debug", "Type=debugfs")
                .wanted(
                        "systemd-modules-load.service",
                        "inactive",
                        "dead",
                        needs("CAP_SYS_MODULE", FAILED))
                .withLines("Type=oneshot")
                .wanted("dbus.service", "active", "running");
    }

    @Test
    void aContainerWhoseConfigurationLostItsDropIsDegradedAgainAtTheNextStart() {
        StartReview next = review(healed("lxc.uts.name = c1\n").draw());
        assertThat(next.returns()).isEqualTo(HEALED);
        assertThat(next.leaves()).isEqualTo(CapabilitySet.EMPTY);
        assertThat(next.inVain())
                .containsExactly(
                        new StartReview.VainStart(
                                "sys-kernel-debug.mount",
                                CapabilitySet.of("sys_rawio"),
                                true,
                                Evidence.KERNEL),
                        new StartReview.VainStart(
                                "systemd-modules-load.service",
                                CapabilitySet.of("sys_module"),
                                true,
                                Evidence.NONE));
        assertThat(next.fails()).isTrue();
        assertThat(next.blamed()).isEqualTo(HEALED);
        assertThat(next.hasFindings()).isTrue();
    }

    /// PID 1 gave it up while it ran: systemd holds on to what it made of a condition at the boot.
    @Test
    void aFailureThatWasForgottenAtALiveStepComesBackWhereTheConfigurationDropsNothing() {
        Snapshot snapshot = forgotten(EXITED, 1);
        assertThat(Planner.plan(snapshot, Request.HEALTHY).orElseThrow().drop()).isEqualTo(HEALED);
        assertThat(review(snapshot).fails()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 15"})
    void whatEndedWellOrWasStoppedIsNoFailureThatWasForgotten(int code, int status) {
        assertThat(Planner.plan(forgotten(code, status), Request.HEALTHY).orElseThrow().drop())
                .isEqualTo(CapabilitySet.of("sys_rawio"));
    }

    /// @param code how the service ended, as sigaction(2) has it
    private static Snapshot forgotten(int code, int status) {
        return new Sketch()
                .bounding(ALL.minus(HEALED))
                .config("lxc.uts.name = c1\n")
                .wanted(
                        "sys-kernel-debug.mount",
                        "inactive",
                        "dead",
                        needs("CAP_SYS_RAWIO", SUCCEEDED))
                .withLines("What=debugfs", "Type=debugfs")
                .forgotten(EXITED, 32)
                .wanted(
                        "systemd-modules-load.service",
                        "inactive",
                        "dead",
                        needs("CAP_SYS_MODULE", SUCCEEDED))
                .withLines("Type=oneshot")
                .forgotten(code, status)
                .draw();
    }

    @Test
    void whatHadFailedBeforeTheDropIsKnownToFailAgain() {
        Snapshot snapshot = healed("lxc.cap.drop = sys_rawio\n").draw();
        assertThat(review(snapshot).fails()).isFalse();
        StartReview next = review(snapshot, Set.of("systemd-modules-load.service"), Set.of());
        assertThat(next.inVain())
                .extracting(StartReview.VainStart::evidence)
                .containsExactly(Evidence.JOURNAL);
        assertThat(next.fails()).isTrue();
    }

    @Test
    void aContainerWhoseConfigurationStillDropsIsTheSameTomorrow() {
        assertThat(review(healed("lxc.cap.drop = sys_module sys_rawio\n").draw()))
                .isEqualTo(StartReview.SAME);
    }

    @Test
    void whatAnotherConditionKeepsFromStartingDoesNotFail() {
        Snapshot snapshot =
                new Sketch()
                        .bounding(ALL.minus(HEALED))
                        .wanted(
                                "sys-kernel-debug.mount",
                                "inactive",
                                "dead",
                                needs("CAP_SYS_RAWIO", FAILED),
                                row("PathExists", "/sys/kernel/debug", UNTESTED))
                        .nextBoot(row("PathExists", "/sys/kernel/debug", FAILED))
                        .draw();
        assertThat(review(snapshot).inVain()).isEmpty();
        assertThat(Planner.plan(snapshot, Request.HEALTHY).orElseThrow().drop())
                .isEqualTo(CapabilitySet.EMPTY);
    }

    @Test
    void whatEndsWellWhateverBecomesOfItsCommandsDoesNoHarm() {
        Snapshot snapshot =
                new Sketch()
                        .bounding(ALL.minus(HEALED))
                        .wanted(
                                "modprobe@fuse.service",
                                "inactive",
                                "dead",
                                needs("CAP_SYS_MODULE", FAILED))
                        .withLines("Type=oneshot", "ExecStart=-/sbin/modprobe")
                        .draw();
        assertThat(review(snapshot).hasFindings()).isFalse();
    }

    @Test
    void whatTheKernelHonoursComesBackWithoutHarm() {
        Snapshot snapshot =
                new Sketch()
                        .bounding(ALL.minus(CapabilitySet.of("net_admin")))
                        .wanted(
                                "firewall.service",
                                "inactive",
                                "dead",
                                needs("CAP_NET_ADMIN", FAILED))
                        .draw();
        StartReview next = review(snapshot);
        assertThat(next.returns()).isEqualTo(CapabilitySet.of("net_admin"));
        assertThat(next.hasFindings()).isFalse();
    }

    @Test
    void inAPrivilegedContainerNothingIsInert() {
        StartReview next = review(healed("lxc.uts.name = c1\n").privileged().draw());
        assertThat(next.inVain()).isEmpty();
    }

    @Test
    void theHealthyPlanWritesTheLostDropAgainAndNeedsNoRestart() {
        Plan plan =
                Planner.plan(healed("lxc.uts.name = c1\n").draw(), Request.HEALTHY).orElseThrow();
        assertThat(plan.drop()).isEqualTo(HEALED);
        assertThat(plan.heals()).isFalse();
        assertThat(plan.forecast().changes()).isEmpty();
        assertThat(plan.remarks().waiting()).isEmpty();
        assertThat(plan.weighing().reasons())
                .extracting(Plan.Reason::units)
                .containsExactly(
                        java.util.List.of("systemd-modules-load.service"),
                        java.util.List.of("sys-kernel-debug.mount"));
    }

    @Test
    void aRunningUnitThatTheConfigurationHasTakenItsCapabilityFromIsLostAtTheNextStart() {
        Snapshot snapshot =
                new Sketch()
                        .config("lxc.cap.drop = net_admin\n")
                        .wanted(
                                "firewall.service",
                                "active",
                                "running",
                                needs("CAP_NET_ADMIN", SUCCEEDED))
                        .draw();
        StartReview next = review(snapshot);
        assertThat(next.leaves()).isEqualTo(CapabilitySet.of("net_admin"));
        assertThat(next.losses())
                .containsExactly(
                        new Loss(
                                "firewall.service",
                                true,
                                "firewall.service would be skipped:"
                                        + " ConditionCapability=CAP_NET_ADMIN does not hold"));
        assertThat(next.hasFindings()).isTrue();
        assertThat(review(snapshot, Set.of(), Set.of("firewall.service")).hasFindings()).isFalse();
    }

    @Test
    void whatAppArmorWillRefuseAContainerThatDoesNotRunIsNamed() {
        Snapshot snapshot =
                new Sketch()
                        .stopped()
                        .appArmor(true)
                        .config("lxc.apparmor.profile = generated\n")
                        .wanted("login.service", "started", "running")
                        .withLines("ExecStart=/login", "ImportCredential=login.*")
                        .wanted("plain.service", "started", "running")
                        .withLines("ExecStart=/plain")
                        .draw();
        StartReview next = review(snapshot);
        assertThat(next.confinement().fail()).containsExactly("login.service");
        assertThat(next.confinement().isEmpty()).isFalse();
        assertThat(next.confinement().remedy()).isNotEmpty();
        assertThat(next.hasFindings()).isTrue();
        Snapshot blind =
                Snapshot.of(snapshot.takenAt(), snapshot.container(), snapshot.host())
                        .with(snapshot.configuration());
        assertThat(review(blind)).isEqualTo(StartReview.SAME);
    }

    private static StartReview review(Snapshot snapshot) {
        return Experience.NONE.nextStart(snapshot, TimeLimit.NONE);
    }

    private static StartReview review(Snapshot snapshot, Set<String> failed, Set<String> givenUp) {
        return StartReview.of(
                Forecaster.over(snapshot), NextStart.of(snapshot).bounding(), failed, givenUp);
    }
}
