package dev.capdrop.core.plan;

import static dev.capdrop.core.condition.Condition.Result.FAILED;
import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CapabilityState;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.capability.Scope;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Plan.Kept;
import dev.capdrop.core.plan.Planner.Refusal;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InertGoalTest {
    /// The 16 that no check site of the kernel grants in a user namespace, and mac_admin, which
    /// counts with an AppArmor policy namespace only.
    private static final CapabilitySet ALL_INERT =
            CapabilitySet.of(
                    "linux_immutable",
                    "sys_module",
                    "sys_rawio",
                    "sys_pacct",
                    "sys_tty_config",
                    "mknod",
                    "lease",
                    "audit_write",
                    "audit_control",
                    "audit_read",
                    "mac_override",
                    "mac_admin",
                    "syslog",
                    "wake_alarm",
                    "block_suspend",
                    "perfmon",
                    "bpf");

    private static final Request INERT =
            new Request(Goal.INERT, CapabilitySet.EMPTY, CapabilitySet.EMPTY, Set.of());

    private static Sketch bare() {
        return new Sketch()
                .isolation(new Isolation(100000, false, false))
                .programs(programs(List.of()))
                .running("dbus.service", "User=messagebus");
    }

    private static Programs programs(List<ProgramFile> files, String... engines) {
        return new Programs(files, true, List.of(engines));
    }

    private static ProgramFile file(String path, String capabilities) {
        byte[] attribute =
                FileCapabilities.of(CapabilityState.parse(capabilities, 40), null).encode();
        return new ProgramFile(
                path,
                ProgramFile.Reading.READ,
                HexFormat.of().formatHex(attribute),
                false,
                false,
                100000);
    }

    private static Kept kept(Plan plan, String capability) {
        return plan.weighing().kept().stream()
                .filter(kept -> kept.capability().equals(Capability.of(capability)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(capability + " is not kept"));
    }

    @Test
    void allThatTheKernelNeverHonoursIsDroppedAndNothingIsLeftOpen() {
        Plan plan = Planner.plan(bare().draw(), INERT).orElseThrow();
        assertThat(plan.drop()).isEqualTo(ALL_INERT);
        assertThat(plan.forecast().undecided()).isEmpty();
        assertThat(plan.forecast().changes()).isEmpty();
        assertThat(plan.weighing().reasons()).hasSize(17).noneMatch(Plan.Reason::named);
    }

    @Test
    void theNearlyInertStayBecauseTheKernelHonoursThemSomewhere() {
        Plan plan = Planner.plan(bare().draw(), INERT).orElseThrow();
        assertThat(plan.weighing().kept())
                .extracting(kept -> kept.capability().name())
                .containsExactly("ipc_lock", "sys_time");
        assertThat(kept(plan, "ipc_lock").by()).isEqualTo(Kept.By.KERNEL);
        assertThat(kept(plan, "ipc_lock").why()).contains("ipc/shm.c: shmctl_do_lock");
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker", "containerd", "runc", "crun"})
    void whatAnEngineSetsForItsContainersStays(String engine) {
        Plan plan =
                Planner.plan(bare().programs(programs(List.of(), engine)).draw(), INERT)
                        .orElseThrow();
        assertThat(plan.drop())
                .isEqualTo(ALL_INERT.minus(CapabilitySet.of("mknod", "audit_write")));
        assertThat(kept(plan, "mknod").by()).isEqualTo(Kept.By.ENGINE);
        assertThat(kept(plan, "mknod").who()).containsExactly(engine);
        assertThat(kept(plan, "audit_write").why()).contains(engine);
    }

    @Test
    void podmanAloneMissesNothing() {
        Plan plan =
                Planner.plan(bare().programs(programs(List.of(), "podman")).draw(), INERT)
                        .orElseThrow();
        assertThat(plan.drop()).isEqualTo(ALL_INERT);
    }

    @ParameterizedTest(name = "{0}: {1} kept by {2}")
    @CsvSource({
        "cap_ipc_lock=ep, ipc_lock, FILE",
        "cap_ipc_lock=p,  ipc_lock, KERNEL",
        "cap_perfmon=ep,  perfmon,  FILE",
        "cap_syslog=ep,   syslog,   FILE"
    })
    void aFileWithTheEffectiveBitKeepsWhatItNames(String text, String capability, Kept.By by) {
        Programs programs = programs(List.of(file("/usr/bin/vault", text)));
        Plan plan = Planner.plan(bare().programs(programs).draw(), INERT).orElseThrow();
        assertThat(plan.drop().contains(Capability.of(capability))).isFalse();
        assertThat(kept(plan, capability).by()).isEqualTo(by);
        if (by == Kept.By.FILE) {
            assertThat(kept(plan, capability).who()).containsExactly("/usr/bin/vault");
        }
    }

    @Test
    void aFileWithoutTheEffectiveBitRunsWithLess() {
        Programs programs = programs(List.of(file("/usr/bin/perf", "cap_perfmon=p")));
        assertThat(Planner.plan(bare().programs(programs).draw(), INERT).orElseThrow().drop())
                .isEqualTo(ALL_INERT);
    }

    @Test
    void whatTheRuntimeLendsStays() {
        Plan plan =
                Planner.plan(bare().isolation(new Isolation(100000, true, true)).draw(), INERT)
                        .orElseThrow();
        assertThat(plan.drop()).isEqualTo(ALL_INERT.minus(CapabilitySet.of("mknod", "mac_admin")));
        assertThat(kept(plan, "mknod").by()).isEqualTo(Kept.By.RUNTIME);
        assertThat(kept(plan, "mac_admin").why()).contains("AppArmor");
    }

    @Test
    void aUnitThatFailsWithoutItsAmbientCapabilityKeepsIt() {
        Sketch old =
                bare().version("245.4").running("perf.service", "AmbientCapabilities=CAP_PERFMON");
        Plan plan = Planner.plan(old.draw(), INERT).orElseThrow();
        assertThat(plan.drop()).isEqualTo(ALL_INERT.minus(CapabilitySet.of("perfmon")));
        assertThat(kept(plan, "perfmon").by()).isEqualTo(Kept.By.UNIT);
        assertThat(kept(plan, "perfmon").why())
                .startsWith("perf.service would be failed with 218/CAPABILITIES");
    }

    @Test
    void soDoesOneThatOnlyACallStarts() {
        Sketch old =
                bare().version("245.4")
                        .onBus("perf.service")
                        .withLines("ExecStart=/perf", "AmbientCapabilities=CAP_PERFMON");
        assertThat(kept(Planner.plan(old.draw(), INERT).orElseThrow(), "perfmon").who())
                .containsExactly("perf.service");
    }

    @Test
    void fromSystemd246OnAMissingAmbientCapabilityIsLeftOut() {
        Sketch modern =
                bare().version("246").running("perf.service", "AmbientCapabilities=CAP_PERFMON");
        assertThat(Planner.plan(modern.draw(), INERT).orElseThrow().drop()).isEqualTo(ALL_INERT);
    }

    @Test
    void aRunningUnitThatWouldBeSkippedKeepsWhatItAsksFor() {
        Sketch sketch =
                bare().wanted("ulogd.service", "active", "running", needs("CAP_SYSLOG", SUCCEEDED));
        Plan plan = Planner.plan(sketch.draw(), INERT).orElseThrow();
        assertThat(kept(plan, "syslog").who()).containsExactly("ulogd.service");
        assertThat(plan.conflicts()).isEmpty();
        Sketch modules =
                bare().wanted("m.service", "active", "running", needs("CAP_SYS_MODULE", SUCCEEDED));
        assertThat(Planner.plan(modules.draw(), INERT).orElseThrow().weighing().kept())
                .as("in the order of their numbers")
                .extracting(kept -> kept.capability().name())
                .containsExactly("ipc_lock", "sys_module", "sys_time");
        Request given =
                new Request(
                        Goal.INERT,
                        CapabilitySet.EMPTY,
                        CapabilitySet.EMPTY,
                        Set.of("ulogd.service"));
        assertThat(Planner.plan(sketch.draw(), given).orElseThrow().drop()).isEqualTo(ALL_INERT);
    }

    @Test
    void aUnitThatWouldStartBesideTheForecastKeepsWhatHoldsItBack() {
        Condition.Tested without =
                new Condition.Tested(new Condition("Capability", false, true, "CAP_BPF"), FAILED);
        Plan plan =
                Planner.plan(
                                bare().wanted("plain.service", "inactive", "dead", without).draw(),
                                INERT)
                        .orElseThrow();
        assertThat(kept(plan, "bpf").why()).contains("what it does then is not known");
        assertThat(plan.forecast().undecided()).isEmpty();
        Request given =
                new Request(
                        Goal.INERT,
                        CapabilitySet.EMPTY,
                        CapabilitySet.EMPTY,
                        Set.of("plain.service"));
        assertThat(
                        Planner.plan(
                                        bare().wanted("plain.service", "inactive", "dead", without)
                                                .draw(),
                                        given)
                                .orElseThrow()
                                .drop())
                .isEqualTo(ALL_INERT);
    }

    @Test
    void ofTwoTriggersOneIsEnoughToKeep() {
        Sketch sketch =
                bare().wanted(
                                "either.service",
                                "active",
                                "running",
                                new Condition.Tested(
                                        new Condition("Capability", true, false, "CAP_BPF"),
                                        SUCCEEDED),
                                new Condition.Tested(
                                        new Condition("Capability", true, false, "CAP_PERFMON"),
                                        SUCCEEDED));
        Plan plan = Planner.plan(sketch.draw(), INERT).orElseThrow();
        assertThat(plan.drop()).isEqualTo(ALL_INERT.minus(CapabilitySet.of("bpf")));
    }

    @Test
    void whatFailedIsHealedByTheWay() {
        Sketch sketch =
                bare().wanted(
                                "sys-kernel-debug.mount",
                                "failed",
                                "failed",
                                needs("CAP_SYS_RAWIO", SUCCEEDED));
        Plan plan = Planner.plan(sketch.draw(), INERT).orElseThrow();
        assertThat(plan.heals()).isTrue();
        assertThat(plan.drop()).isEqualTo(ALL_INERT);
    }

    @Test
    void whatIsNamedIsKeptOrDroppedWhateverTheGoalSays() {
        Request request =
                new Request(
                        Goal.INERT,
                        CapabilitySet.of("sys_time"),
                        CapabilitySet.of("syslog"),
                        Set.of());
        Plan plan = Planner.plan(bare().draw(), request).orElseThrow();
        assertThat(plan.drop())
                .isEqualTo(
                        ALL_INERT
                                .minus(CapabilitySet.of("syslog"))
                                .union(CapabilitySet.of("sys_time")));
        assertThat(kept(plan, "syslog").by()).isEqualTo(Kept.By.REQUEST);
    }

    @Test
    void nothingIsInertInAPrivilegedContainer() {
        Plan plan = Planner.plan(bare().privileged().draw(), INERT).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.EMPTY);
        assertThat(plan.weighing().kept())
                .hasSize(19)
                .allMatch(kept -> kept.why().contains("privileged"));
    }

    @Test
    void programsThatNobodyLookedAtAreAskedFor() {
        Sketch blind = new Sketch().running("dbus.service");
        assertThat(Planner.plan(blind.draw(), INERT))
                .isEqualTo(new Planner.Refused<>(new Refusal.ProgramsUnknown("lxc:c1")));
    }

    @Test
    void aSearchOfTheSearchPathAloneIsOwnedUpTo() {
        Programs some = new Programs(List.of(), false, List.of());
        assertThat(
                        Planner.plan(bare().programs(some).draw(), INERT)
                                .orElseThrow()
                                .remarks()
                                .unseen())
                .hasSize(1);
        assertThat(Planner.plan(bare().draw(), INERT).orElseThrow().remarks().unseen()).isEmpty();
        assertThat(
                        Planner.plan(bare().programs(some).draw(), Request.HEALTHY)
                                .orElseThrow()
                                .remarks()
                                .unseen())
                .isEmpty();
    }

    /// Each of these is dearer than all before it, however many.
    @Test
    void whatTheKernelHonoursIsDearerThanAnyNumberOfWhatItHardlyDoes() {
        Snapshot snapshot = bare().draw();
        Need need = new Need((Snapshot.Observed) snapshot.view());
        assertThat(Healing.price(CapabilitySet.of("mknod"), need)).isPositive();
        int nearly = 0;
        for (Capability one : CapabilitySet.upTo(40)) {
            Knowledge known = requireNonNull(one.knowledge());
            int own = Healing.price(CapabilitySet.of(List.of(one)), need);
            if (ALL_INERT.contains(one)) {
                assertThat(own).as(one.name()).isEqualTo(known.caution().isEmpty() ? 1 : 2);
            } else if (known.scope() == Scope.NEARLY_INERT) {
                assertThat(own).as(one.name()).isGreaterThan(Healing.price(ALL_INERT, need));
                nearly += own;
            } else {
                assertThat(own).as(one.name()).isGreaterThan(nearly).isGreaterThan(500);
            }
        }
        assertThat(nearly).isPositive();
    }
}
