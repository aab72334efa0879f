package dev.capdrop.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A program that sets its own capabilities may end when one that it asks for is missing, whether
/// the kernel honours that or not: capset(2) refuses the whole call.
final class OwnCapabilitiesTest {
    private static final CapabilitySet ALL = CapabilitySet.upTo(40);
    private static final Request INERT =
            new Request(Goal.INERT, CapabilitySet.EMPTY, CapabilitySet.EMPTY, Set.of());

    private static Sketch executing(String program, String... lines) {
        String[] all =
                Stream.concat(Stream.of("ExecStart=" + program), Stream.of(lines))
                        .toArray(String[]::new);
        return new Sketch()
                .isolation(new Isolation(100000, false, false))
                .programs(new Programs(List.of(), true, List.of()))
                .running("s.service", all);
    }

    private static String said(Sketch sketch, String... dropped) {
        Forecast forecast =
                Forecaster.over(sketch.draw()).forecast(ALL.minus(CapabilitySet.of(dropped)));
        Effect effect = forecast.effect("s.service");
        return effect == null ? "open" : effect.after().word();
    }

    @Test
    void whatARunningServiceHoldsIsAllThatItAskedFor() {
        Sketch sketch = executing("/usr/sbin/x").holding(CapabilitySet.of("mknod", "net_raw"));
        assertThat(said(sketch, "mknod")).isEqualTo("open");
        assertThat(said(sketch, "audit_write")).isEqualTo("active");
    }

    @Test
    void whatRunsWithAllThatItMayHoldHasAskedForNothing() {
        Sketch sketch = executing("/usr/sbin/x").holding(ALL);
        assertThat(said(sketch, "audit_write")).isEqualTo("active");
    }

    @Test
    void whatAUnitMayNotHoldItsProgramDoesNotGetAnyway() {
        CapabilitySet held = CapabilitySet.of("audit_write", "mknod");
        assertThat(
                        said(
                                executing("/x", "CapabilityBoundingSet=CAP_KILL").holding(held),
                                "audit_write"))
                .isEqualTo("active");
        assertThat(said(executing("/x", "User=u").holding(held), "audit_write"))
                .isEqualTo("active");
        assertThat(said(executing("/x", "PrivateDevices=yes").holding(held), "mknod"))
                .isEqualTo("active");
    }

    /// An old snapshot does not tell, and must not make everything uncertain.
    @Test
    void ofAServiceOfWhichNobodyKnowsWhatItHoldsNothingIsSaid() {
        assertThat(said(executing("/usr/sbin/x"), "audit_write")).isEqualTo("active");
    }

    @Test
    void ofProgramsWhoseSourceIsKnownItIsKnownWhatTheyAskFor() {
        Sketch proftpd = executing("/usr/sbin/proftpd");
        assertThat(said(proftpd, "audit_write")).isEqualTo("open");
        assertThat(said(proftpd, "sys_rawio", "audit_read", "sys_module")).isEqualTo("active");
        assertThat(said(executing("/usr/sbin/vsftpd"), "audit_write", "mknod")).isEqualTo("active");
    }

    @Test
    void aProgramThatAsksFirstWhatItHoldsAsksForNoMore() {
        Sketch bus = executing("/usr/bin/dbus-daemon").holding(CapabilitySet.of("audit_write"));
        assertThat(said(bus, "audit_write")).isEqualTo("active");
        Sketch broker = executing("/usr/bin/dbus-broker-launch");
        broker.holding(CapabilitySet.of("audit_write"));
        assertThat(said(broker, "audit_write")).isEqualTo("active");
    }

    @Test
    void aProgramThatIsKnownToPassOverARefusalGoesOn() {
        Sketch dovecot = executing("/usr/sbin/dovecot -F").holding(CapabilitySet.of("kill"));
        assertThat(said(dovecot, "kill")).isEqualTo("active");
    }

    @Test
    void goalInertKeepsWhatAProgramMayAskFor() {
        Sketch sketch =
                executing("/usr/sbin/ftpd").holding(CapabilitySet.of("audit_write", "mknod"));
        Plan plan = Planner.plan(sketch.draw(), INERT).orElseThrow();
        assertThat(plan.drop().intersect(CapabilitySet.of("audit_write", "mknod")).isEmpty())
                .isTrue();
        assertThat(plan.drop().contains(Capability.of("sys_rawio"))).isTrue();
        assertThat(plan.weighing().kept())
                .filteredOn(kept -> kept.capability().equals(Capability.of("audit_write")))
                .singleElement()
                .satisfies(kept -> assertThat(kept.who()).containsExactly("s.service"))
                .satisfies(kept -> assertThat(kept.why()).contains("/usr/sbin/ftpd"));
    }
}
