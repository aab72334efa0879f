package dev.capdrop.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.plan.Goal;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.ProgramFile;
import dev.capdrop.core.snapshot.ProgramFile.CapabilityCalls.Import;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A program that sets its own capabilities may end when one that it asks for is missing, whether
/// the kernel honours that or not: capset(2) refuses the whole call.
final class OwnCapabilitiesTest {
    private static final CapabilitySet ALL = CapabilitySet.upTo(40);
    private static final Request INERT =
            new Request(Goal.INERT, CapabilitySet.EMPTY, CapabilitySet.EMPTY, Set.of());

    private static Sketch executing(
            String program, ProgramFile.@Nullable CapabilityCalls calls, String... lines) {
        ProgramFile file =
                new ProgramFile(program, ProgramFile.Reading.READ, "", false, false, 100000, calls);
        String[] all =
                Stream.concat(Stream.of("ExecStart=" + program), Stream.of(lines))
                        .toArray(String[]::new);
        return new Sketch()
                .isolation(new Isolation(100000, false, false))
                .programs(new Programs(List.of(file), true, List.of()))
                .running("s.service", all);
    }

    private static ProgramFile.CapabilityCalls calls(String functions, String... named) {
        return new ProgramFile.CapabilityCalls(
                Stream.of(functions.split(" ")).map(name -> new Import("", name)).toList(),
                CapabilitySet.of(named));
    }

    private static String said(Sketch sketch, String... dropped) {
        Forecast forecast =
                Forecaster.over(sketch.draw()).forecast(ALL.minus(CapabilitySet.of(dropped)));
        Effect effect = forecast.effect("s.service");
        return effect == null ? "open" : effect.after().word();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "capset, open",
        "capget capset, open",
        "cap_init cap_set_flag cap_set_proc, open",
        "cap_get_proc cap_set_flag cap_set_proc, open",
        "capng_clear capng_update capng_apply, open",
        "capng_clear capng_updatev capng_change_id, open",
        // Nothing is asked for.
        "cap_init cap_set_proc, active",
        "cap_get_proc cap_clear cap_set_proc, active",
        "capng_clear capng_lock capng_apply, active",
        // It asks first whether it holds what it then asks for.
        "capng_clear capng_have_capability capng_update capng_change_id, active",
        // It only looks.
        "cap_get_proc cap_get_flag, active",
        "cap_from_text cap_set_file, active"
    })
    void whatAProgramImportsTellsWhetherItAsksForAnything(String functions, String expected) {
        Sketch sketch = executing("/usr/sbin/x", calls(functions));
        assertThat(said(sketch, "audit_write")).isEqualTo(expected);
    }

    @Test
    void aTextThatNamesThemTellsWhatIsAskedFor() {
        Sketch sketch =
                executing(
                        "/usr/sbin/timed",
                        calls("cap_from_text cap_set_proc", "sys_time", "mknod"));
        assertThat(said(sketch, "mknod")).isEqualTo("open");
        assertThat(said(sketch, "audit_write")).isEqualTo("active");
    }

    @Test
    void whatARunningServiceHoldsIsAllThatItAskedFor() {
        Sketch sketch =
                executing("/usr/sbin/x", calls("cap_init cap_set_flag cap_set_proc"))
                        .holding(CapabilitySet.of("mknod", "net_raw"));
        assertThat(said(sketch, "mknod")).isEqualTo("open");
        assertThat(said(sketch, "audit_write")).isEqualTo("active");
    }

    @Test
    void ofWhatRunsWithAllThatItMayHoldNobodyKnowsWhatItWillAskFor() {
        Sketch sketch =
                executing("/usr/sbin/x", calls("cap_init cap_set_flag cap_set_proc")).holding(ALL);
        assertThat(said(sketch, "audit_write")).isEqualTo("open");
    }

    @Test
    void whatAUnitMayNotHoldItsProgramDoesNotGetAnyway() {
        ProgramFile.CapabilityCalls calls = calls("cap_init cap_set_flag cap_set_proc");
        assertThat(said(executing("/x", calls, "CapabilityBoundingSet=CAP_KILL"), "audit_write"))
                .isEqualTo("active");
        assertThat(said(executing("/x", calls, "User=u"), "audit_write")).isEqualTo("active");
        assertThat(said(executing("/x", calls, "PrivateDevices=yes"), "mknod")).isEqualTo("active");
    }

    /// An old snapshot does not tell, and must not make everything uncertain.
    @Test
    void ofAProgramThatNobodyLookedAtNothingIsSaid() {
        assertThat(said(executing("/usr/sbin/x", null), "audit_write")).isEqualTo("active");
    }

    /// Its own services know what they hold.
    @Test
    void systemdsOwnLibraryDoesNotCount() {
        ProgramFile.CapabilityCalls calls =
                new ProgramFile.CapabilityCalls(
                        List.of(
                                new Import("libsystemd-shared-257.so", "cap_set_flag"),
                                new Import("libsystemd-shared-257.so", "cap_set_proc")),
                        CapabilitySet.EMPTY);
        assertThat(said(executing("/usr/lib/systemd/systemd-x", calls), "audit_write"))
                .isEqualTo("active");
        ProgramFile.CapabilityCalls own =
                new ProgramFile.CapabilityCalls(
                        List.of(
                                new Import("libfrr.so.0", "cap_set_flag"),
                                new Import("libfrr.so.0", "cap_set_proc")),
                        CapabilitySet.EMPTY);
        assertThat(said(executing("/usr/lib/frr/zebra", own), "sys_rawio")).isEqualTo("open");
    }

    @Test
    void ofProgramsWhoseSourceIsKnownItIsKnownWhatTheyAskFor() {
        ProgramFile.CapabilityCalls calls = calls("cap_init cap_set_flag cap_set_proc");
        Sketch proftpd = executing("/usr/sbin/proftpd", calls);
        assertThat(said(proftpd, "audit_write")).isEqualTo("open");
        assertThat(said(proftpd, "sys_rawio", "audit_read", "sys_module")).isEqualTo("active");
        Sketch vsftpd = executing("/usr/sbin/vsftpd", calls);
        assertThat(said(vsftpd, "audit_write", "mknod")).isEqualTo("active");
    }

    @Test
    void goalInertKeepsWhatAProgramMayAskFor() {
        Sketch sketch =
                executing(
                        "/usr/sbin/ftpd",
                        calls("cap_from_text cap_set_proc", "audit_write", "mknod"));
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
