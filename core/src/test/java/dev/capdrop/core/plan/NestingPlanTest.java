package dev.capdrop.core.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import org.junit.jupiter.api.Test;

/// Why nesting is not allowed where nothing calls for it. What it does where a unit calls for it,
/// the tests of its change show.
class NestingPlanTest {
    private static Sketch refused() {
        return new Sketch()
                .appArmor(true)
                .wanted("systemd-logind.service", "failed", "failed")
                .exitedWith(226);
    }

    private static void assertRefused(Snapshot snapshot, String reason) {
        Plan plan = NestingPlan.of(snapshot, TimeLimit.NONE).orElseThrow();
        assertThat(requireNonNull(plan.widening()).refusal()).isEqualTo(reason);
        assertThat(plan.widens()).isFalse();
        assertThat(plan.edit()).isNull();
        assertThat(plan.forecast()).isEqualTo(Forecast.NONE);
    }

    @Test
    void ofAContainerOfWhoseUnitsNothingIsKnownNobodyCanSayWhatItIsFor() {
        Snapshot drawn = refused().draw();
        assertRefused(
                Snapshot.of(drawn.takenAt(), drawn.container(), drawn.host())
                        .with(drawn.configuration())
                        .with(drawn.init()),
                "nothing is known of its units, so that nobody could say what nesting is for");
    }

    @Test
    void aConfigurationThatCouldNotBeReadIsNotEdited() {
        Snapshot drawn = refused().draw();
        assertRefused(
                Snapshot.of(drawn.takenAt(), drawn.container(), drawn.host())
                        .with(drawn.init())
                        .with(drawn.systemd()),
                "its configuration could not be read");
    }

    @Test
    void withoutAppArmorOnTheHostThereIsNothingToAllow() {
        assertRefused(
                refused().appArmor(false).draw(),
                "AppArmor is not enabled on this host, so that it refuses the container nothing");
        assertRefused(
                new Sketch().wanted("a.service", "failed", "failed").exitedWith(226).draw(),
                "whether this host has AppArmor is not known");
    }

    @Test
    void whatTheConfigurationAllowsAlreadyOrNeverConfinesIsNotWritten() {
        assertRefused(
                refused()
                        .config(
                                """
                                lxc.apparmor.profile = generated
                                lxc.apparmor.allow_nesting = 1
                                """)
                        .draw(),
                "its configuration allows nesting already");
        assertRefused(
                refused().config("lxc.apparmor.profile = unconfined\n").draw(),
                "its profile of AppArmor is none of LXC's that nesting would change");
    }

    @Test
    void whereNoUnitCallsForItNothingIsWidened() {
        assertRefused(
                new Sketch().appArmor(true).wanted("ssh.service", "active", "running").draw(),
                "no unit of it fails for want of nesting");
    }

    @Test
    void itNamesWhatTakesEffectWithTheSameRestart() {
        Plan plan =
                NestingPlan.of(
                                refused().config("lxc.cap.drop = sys_rawio\n").draw(),
                                TimeLimit.NONE)
                        .orElseThrow();
        assertThat(plan.widens()).isTrue();
        assertThat(requireNonNull(plan.widening()).units())
                .containsExactly("systemd-logind.service");
        assertThat(plan.remarks().waiting())
                .anyMatch(one ->
                        one.equals(
                                "the configuration drops or keeps other capabilities than"
                                        + " the running container: -sys_rawio"));
    }
}
