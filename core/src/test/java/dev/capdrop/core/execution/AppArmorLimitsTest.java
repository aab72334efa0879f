package dev.capdrop.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.forecast.Undecided;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Request;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.snapshot.ActiveState;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A container that never booted, on a host with AppArmor.
class AppArmorLimitsTest {
    private static final String GENERATED = "lxc.apparmor.profile = generated\n";

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

    @Test
    void withoutNestingWhatNeedsItsOwnMountsOrCredentialsIsOpen() {
        Plan plan = Planner.plan(container(GENERATED).draw(), Request.HEALTHY);
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
        StartReview next = StartReview.of(container(GENERATED).draw());
        assertThat(next.confinement())
                .isEqualTo(
                        new StartReview.Confinement(
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
