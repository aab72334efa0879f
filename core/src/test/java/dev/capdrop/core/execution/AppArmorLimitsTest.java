package dev.capdrop.core.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.capdrop.core.forecast.Effect;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.forecast.Undecided;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Request;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.snapshot.ActiveState;
import dev.capdrop.core.snapshot.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A container that never booted, on a host with AppArmor.
class AppArmorLimitsTest {
    private static final String GENERATED = "lxc.apparmor.profile = generated\n";
    private static final String DEBIAN_11 = "247.3-7+deb11u7";
    private static final String DEBIAN_12 = "252.38-1~deb12u1";
    private static final String DEBIAN_13 = "257.8-1~deb13u2";
    private static final String LATER = "262-1";

    private static Sketch container(String config) {
        return new Sketch()
                .stopped()
                .appArmor(true)
                .config(config)
                .wanted("systemd-logind.service", ActiveState.STARTED.word(), "running")
                .withLines("ExecStart=/lib/logind", "ProtectSystem=strict")
                .wanted("systemd-sysctl.service", ActiveState.STARTED.word(), "exited")
                .withLines("Type=oneshot", "ExecStart=/lib/sysctl", "ImportCredential=sysctl.*")
                .wanted("dev-mqueue.mount", ActiveState.STARTED.word(), "mounted")
                .withLines("Type=mqueue")
                .wanted("cron.service", ActiveState.STARTED.word(), "running")
                .withLines("ExecStart=/bin/cron")
                .wanted("helper.service", ActiveState.STARTED.word(), "running")
                .withLines("ExecStart=+/bin/helper", "PrivateTmp=yes")
                .wanted("data.mount", "failed", "failed")
                .withLines("Type=ext4");
    }

    /// Of Debian 13 thirteen to fifteen units were seen to fail, most of them so.
    @Test
    void withoutNestingAServiceWithCredentialsFailsInDebian13() {
        Plan plan = Planner.plan(container(GENERATED).version(DEBIAN_13).draw(), Request.HEALTHY);
        assertThat(plan.forecast().changes())
                .extracting(Effect::unit, Effect::after, Effect::why)
                .containsExactly(
                        tuple(
                                "systemd-sysctl.service",
                                Outcome.FAILED,
                                "its AppArmor profile, generated without nesting, refuses setting"
                                        + " its credentials up (243/CREDENTIALS)"));
        assertThat(plan.forecast().undecided())
                .extracting(Undecided::unit)
                .containsExactlyInAnyOrder("systemd-logind.service", "dev-mqueue.mount");
        assertThat(plan.refused()).isFalse();
        assertThat(StartReview.of(container(GENERATED).version(DEBIAN_13).draw()).confinement())
                .isEqualTo(
                        new StartReview.Confinement(
                                List.of("systemd-sysctl.service"),
                                List.of("dev-mqueue.mount", "systemd-logind.service"),
                                "lxc.apparmor.allow_nesting = 1"));
    }

    /// Of Debian 11 and 12 fewer units failed than have a mount namespace; of others nothing was
    /// seen.
    @ParameterizedTest
    @ValueSource(strings = {DEBIAN_11, DEBIAN_12, LATER, ""})
    void withoutNestingWhatNeedsItsOwnMountsOrCredentialsIsOpenInOthers(String version) {
        Plan plan = Planner.plan(container(GENERATED).version(version).draw(), Request.HEALTHY);
        assertThat(plan.forecast().changes()).isEmpty();
        assertThat(plan.forecast().undecided())
                .extracting(Undecided::unit)
                .containsExactlyInAnyOrder(
                        "systemd-logind.service", "systemd-sysctl.service", "dev-mqueue.mount");
        assertThat(plan.forecast().undecided())
                .extracting(Undecided::why)
                .containsExactlyInAnyOrder(
                        "its AppArmor profile, generated without nesting, may refuse setting up its"
                                + " mount namespace (226/NAMESPACE)",
                        "its AppArmor profile, generated without nesting, may refuse setting its"
                                + " credentials up (243/CREDENTIALS)",
                        "its AppArmor profile, generated without nesting, may refuse this mount"
                                + " (mount exit status 32)");
        assertThat(plan.forecast().undecided())
                .allMatch(open -> open.settledBy().equals("lxc.apparmor.allow_nesting = 1"));
        assertThat(plan.refused()).isFalse();
    }

    @Test
    void theUnitsAreNamedWithTheRemedy() {
        StartReview next = StartReview.of(container(GENERATED).version(DEBIAN_12).draw());
        assertThat(next.confinement())
                .isEqualTo(
                        new StartReview.Confinement(
                                List.of(),
                                List.of(
                                        "dev-mqueue.mount",
                                        "systemd-logind.service",
                                        "systemd-sysctl.service"),
                                "lxc.apparmor.allow_nesting = 1"));
        assertThat(next.hasFindings()).isTrue();
    }

    @Test
    void withNestingOrWithoutAppArmorOrWithAnotherProfileNothingIsLeftOpen() {
        List<Sketch> free =
                List.of(
                        container(GENERATED + "lxc.apparmor.allow_nesting = 1\n"),
                        container(GENERATED).appArmor(false),
                        container("lxc.apparmor.profile = unconfined\n"),
                        container("lxc.uts.name = c1\n"));
        for (Sketch sketch : free) {
            assertThat(StartReview.of(sketch.draw())).isEqualTo(StartReview.SAME);
            assertThat(Planner.plan(sketch.draw(), Request.HEALTHY).forecast().undecided())
                    .isEmpty();
        }
    }
}
