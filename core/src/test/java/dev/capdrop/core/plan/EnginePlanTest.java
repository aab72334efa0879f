package dev.capdrop.core.plan;

import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.EngineEffect.Fate;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Engine;
import dev.capdrop.core.snapshot.EngineContainer;
import dev.capdrop.core.snapshot.EngineContainer.Anew;
import dev.capdrop.core.snapshot.EngineContainer.Asks;
import dev.capdrop.core.snapshot.EngineContainer.Listed;
import dev.capdrop.core.snapshot.Engines;
import dev.capdrop.core.snapshot.Engines.UnreadStore;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Snapshot;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class EnginePlanTest {
    private static final CapabilitySet NONE = CapabilitySet.EMPTY;
    private static final CapabilitySet MODULE = CapabilitySet.of("sys_module");
    private static final Anew PRIVILEGED = new Anew(true, false, false, NONE, NONE);
    private static final Anew DROPS_MODULE = new Anew(false, false, false, NONE, MODULE);

    private static Snapshot degraded(@Nullable Engines engines) {
        return new Sketch()
                .wanted(
                        "sys-kernel-debug.mount",
                        "failed",
                        "failed",
                        needs("CAP_SYS_RAWIO", SUCCEEDED))
                .wanted(
                        "systemd-modules-load.service",
                        "failed",
                        "failed",
                        needs("CAP_SYS_MODULE", SUCCEEDED))
                .wanted("docker.service", "active", "running")
                .draw()
                .with(engines);
    }

    private static Engines of(Engine engine, Asks asks) {
        return new Engines(
                List.of(new EngineContainer(engine, "id", "web", "/file", true, true, asks)),
                List.of());
    }

    private static Plan plan(Engines engines, String... allowed) {
        Request request = new Request(Goal.HEALTHY, NONE, NONE, Set.of(allowed));
        return Planner.plan(degraded(engines), request).orElseThrow();
    }

    private static @Nullable Fate fate(Engine engine, Asks asks) {
        Request request = new Request(Goal.NONE, MODULE, NONE, Set.of());
        Plan plan = Planner.plan(degraded(of(engine, asks)), request).orElseThrow();
        return plan.forecast().engines().isEmpty()
                ? null
                : plan.forecast().engines().getFirst().fate();
    }

    @Test
    void whatADockerContainerDropsIsKeptAndTheUnitThatStaysFailedIsAConflict() {
        Plan plan = plan(of(Engine.DOCKER, DROPS_MODULE));
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_rawio"));
        assertThat(plan.conflicts())
                .singleElement()
                .satisfies(conflict -> {
                    assertThat(conflict.heals()).containsExactly("systemd-modules-load.service");
                    assertThat(conflict.loses()).containsExactly("docker:web");
                });
    }

    @Test
    void anAdministratorMayGiveTheContainerUp() {
        Plan plan = plan(of(Engine.DOCKER, DROPS_MODULE), "docker:web");
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_module", "sys_rawio"));
        assertThat(plan.forecast().fate("docker:web")).startsWith("docker:web would not start");
    }

    @Test
    void aStoreThatNobodyCouldReadKeepsAll() {
        UnreadStore store = new UnreadStore(Engine.DOCKER, "/var/lib/docker", "it is a FIFO");
        Plan plan = plan(new Engines(List.of(), List.of(store)));
        assertThat(plan.drop()).isEqualTo(NONE);
        assertThat(plan.conflicts()).hasSize(2);
    }

    @Test
    void aRecordingThatIsOlderThanTheLookKeepsAllWhereAnEngineIsInstalled() {
        Snapshot old = degraded(null).with(new Programs(List.of(), false, List.of("docker")));
        assertThat(Planner.plan(old, Request.HEALTHY).orElseThrow().drop()).isEqualTo(NONE);
    }

    @Test
    void eachEngineAnswersAsItDidWhenItWasTried() {
        assertThat(fate(Engine.DOCKER, DROPS_MODULE)).isEqualTo(Fate.REFUSED);
        assertThat(fate(Engine.DOCKER, PRIVILEGED)).isEqualTo(Fate.STARTS_WITH_LESS);
        assertThat(fate(Engine.DOCKER_BEFORE_23, DROPS_MODULE)).isEqualTo(Fate.STARTS);
        assertThat(fate(Engine.DOCKER_BEFORE_23, PRIVILEGED)).isEqualTo(Fate.REFUSED);
        assertThat(fate(Engine.PODMAN, PRIVILEGED)).isEqualTo(Fate.STARTS_WITH_LESS);
        assertThat(fate(Engine.PODMAN, new Listed(MODULE))).isEqualTo(Fate.REFUSED);
        assertThat(fate(Engine.PODMAN, new Listed(CapabilitySet.of("chown")))).isNull();
        assertThat(fate(Engine.DOCKER, new Anew(false, false, false, NONE, NONE))).isNull();
    }

    @Test
    void whatPodmansOwnListLacksIsNotMissedByItsContainers() {
        Anew plain = new Anew(false, false, false, NONE, NONE);
        Request request = new Request(Goal.NONE, CapabilitySet.of("net_raw"), NONE, Set.of());
        Plan podman = Planner.plan(degraded(of(Engine.PODMAN, plain)), request).orElseThrow();
        Plan docker = Planner.plan(degraded(of(Engine.DOCKER, plain)), request).orElseThrow();
        assertThat(podman.forecast().engines()).isEmpty();
        assertThat(docker.conflicts())
                .singleElement()
                .satisfies(it -> assertThat(it.loses()).containsExactly("docker:web"));
    }

    @Test
    void laterContainersAreRemarkedOn() {
        Plan plan = plan(of(Engine.DOCKER, new Anew(false, false, false, NONE, NONE)));
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_module", "sys_rawio"));
        assertThat(plan.remarks().afterwards())
                .singleElement()
                .asString()
                .startsWith("Docker refuses a new container")
                .contains("sys_module");
    }
}
