package dev.capdrop.core.plan;

import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.plan.Plan.Conflict;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a drop costs although nothing of it runs.
class WorkTest {
    private static final Condition.Tested NET_ADMIN = needs("CAP_NET_ADMIN", SUCCEEDED);

    private static Sketch firewall() {
        return new Sketch()
                .wanted("firewall.service", "active", "exited", NET_ADMIN)
                .withLines("Type=oneshot", "RemainAfterExit=yes");
    }

    private static Plan drop(Snapshot snapshot, String capability, String... allowSkip) {
        return Planner.plan(
                        snapshot,
                        new Request(
                                Goal.NONE,
                                CapabilitySet.of(capability),
                                CapabilitySet.EMPTY,
                                Set.of(allowSkip)))
                .orElseThrow();
    }

    @Test
    void aOneshotThatLoadedAFirewallIsNotLostWithoutAWord() {
        Plan plan = drop(firewall().draw(), "net_admin");
        assertThat(plan.refused()).isTrue();
        assertThat(plan.conflicts())
                .singleElement()
                .extracting(Conflict::loses)
                .isEqualTo(List.of("firewall.service"));
    }

    @Test
    void itIsGivenUpByName() {
        Plan plan = drop(firewall().draw(), "net_admin", "firewall.service");
        assertThat(plan.refused()).isFalse();
        assertThat(plan.conflicts()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"backup.timer, waiting", "spool.path, waiting", "media.automount, waiting"})
    void whatWaitsToStartSomethingIsMissed(String unit, String sub) {
        Snapshot snapshot = new Sketch().wanted(unit, "active", sub, NET_ADMIN).draw();
        assertThat(drop(snapshot, "net_admin").refused()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"router.target, active", "router.slice, active"})
    void whatOnlyGroupsOthersIsNot(String unit, String sub) {
        Snapshot snapshot = new Sketch().wanted(unit, "active", sub, NET_ADMIN).draw();
        assertThat(drop(snapshot, "net_admin").refused()).isFalse();
    }

    @Test
    void whatLoadsKernelModulesHasNothingToLose() {
        Sketch modules =
                new Sketch()
                        .wanted(
                                "systemd-modules-load.service",
                                "active",
                                "exited",
                                needs("CAP_SYS_MODULE", SUCCEEDED))
                        .withLines("Type=oneshot", "RemainAfterExit=yes");
        assertThat(drop(modules.draw(), "sys_module").refused()).isFalse();
        assertThat(drop(modules.privileged().draw(), "sys_module").refused())
                .as("where the kernel honours it, modules were loaded")
                .isTrue();
    }

    @Test
    void goalHealthyDoesNotPayWithIt() {
        Snapshot snapshot =
                firewall()
                        .wanted("odd.service", "failed", "failed", needs("CAP_IPC_LOCK", SUCCEEDED))
                        .wanted(
                                "loader.service",
                                "active",
                                "exited",
                                needs("CAP_IPC_LOCK", SUCCEEDED))
                        .draw();
        Plan plan = Planner.plan(snapshot, Request.HEALTHY).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.EMPTY);
        assertThat(plan.conflicts())
                .singleElement()
                .extracting(Conflict::loses)
                .isEqualTo(List.of("loader.service"));
    }

    @Test
    void goalInertKeepsWhatItsWorkHangsOnAndDropsWhatNeverWorked() {
        Snapshot snapshot =
                firewall()
                        .wanted(
                                "systemd-modules-load.service",
                                "active",
                                "exited",
                                needs("CAP_SYS_MODULE", SUCCEEDED))
                        .programs(new Programs(List.of(), true, List.of()))
                        .isolation(new Isolation(100000, false, false))
                        .draw();
        Plan plan =
                Planner.plan(
                                snapshot,
                                new Request(
                                        Goal.INERT,
                                        CapabilitySet.EMPTY,
                                        CapabilitySet.EMPTY,
                                        Set.of()))
                        .orElseThrow();
        assertThat(plan.drop().containsAll(CapabilitySet.of("sys_module"))).isTrue();
        assertThat(plan.refused()).isFalse();
    }
}
