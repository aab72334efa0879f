package dev.capdrop.core.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.runtime.IncusDaemon;
import dev.capdrop.core.runtime.IncusExpansion;
import dev.capdrop.core.runtime.IncusFile;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Why nesting is not allowed where nothing calls for it. What it does where a unit calls for it,
/// the tests of its change show.
class NestingPlanTest {
    private static Sketch refused() {
        return new Sketch()
                .appArmor(true)
                .wanted("systemd-logind.service", "failed", "failed")
                .exitedWith(226)
                .withLines("ExecStart=/lib/logind", "PrivateTmp=yes");
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
                new Sketch()
                        .wanted("a.service", "failed", "failed")
                        .exitedWith(226)
                        .withLines("ExecStart=/lib/logind", "PrivateTmp=yes")
                        .draw(),
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

    /// It is a setting of the instance, which capdrop does not edit.
    @Test
    void ofIncusTheCommandIsNamedWhereAppArmorRefusesMounts() {
        assertRefused(
                incus(true, false),
                "its raw.lxc cannot allow nesting; 'incus config set web security.nesting true'"
                        + " does, from its next start on");
        String allowed =
                "AppArmor lets it mount inside: it is unprivileged, or has security.nesting=true";
        assertRefused(incus(true, true), allowed);
        assertRefused(incus(false, false), allowed);
    }

    private static Snapshot incus(boolean privileged, boolean nesting) {
        Snapshot drawn = refused().draw();
        IncusFile file = new IncusFile("/var/lib/incus", IncusFile.DEFAULT_PROJECT, "web");
        IncusExpansion given =
                new IncusExpansion(
                        IncusDaemon.INCUS,
                        privileged,
                        nesting,
                        List.of("u 0 100000 65536", "g 0 100000 65536"),
                        0,
                        false,
                        "",
                        "");
        String path = ContainerId.incus(file).configPath();
        Map<String, String> files = Map.of(path, "", IncusFile.expanded(path), given.format());
        return Snapshot.of(drawn.takenAt(), ContainerId.incus(file), drawn.host())
                .with(new ConfigurationText(path, files, Map.of(), 0, Map.of()))
                .with(drawn.init())
                .with(drawn.systemd());
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
