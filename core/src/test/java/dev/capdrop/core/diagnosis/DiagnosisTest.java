package dev.capdrop.core.diagnosis;

import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.diagnosis.Cause.SetUp;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiagnosisTest {
    private static Snapshot of(ContainerId container, int pid) {
        Snapshot drawn =
                new Sketch()
                        .wanted(
                                "a\\x2db.mount",
                                "failed",
                                "failed",
                                needs("CAP_SYS_RAWIO", SUCCEEDED))
                        .draw();
        return Snapshot.of(drawn.takenAt(), container, drawn.host())
                .with(drawn.configuration())
                .with(new Init(pid, drawn.takenAt(), true, CapabilitySet.upTo(40), false))
                .with(drawn.systemd());
    }

    private static List<Remedy> remedies(ContainerId container, int pid) {
        return Diagnosis.of(of(container, pid)).findings().getFirst().remedies();
    }

    private static Cause cause(Sketch sketch) {
        return Diagnosis.of(sketch.draw()).findings().getFirst().cause();
    }

    private static Sketch failed(String unit) {
        return new Sketch().wanted(unit, "failed", "failed", needs("CAP_SYS_MODULE", SUCCEEDED));
    }

    @ParameterizedTest
    @ValueSource(ints = {203, 217, 226, 237, 243})
    void whatSystemdCouldNotSetUpFailedForThatWhateverItsConditionsAskFor(int status) {
        assertThat(cause(failed("modprobe@drm.service").exitedWith(status)))
                .isEqualTo(new Cause.SetUpFailed(Objects.requireNonNull(SetUp.of(status))));
        assertThat(cause(failed("modprobe@drm.service").exitedWith(1)))
                .isInstanceOf(Cause.InertCapability.class);
    }

    /// Seen with modprobe@drm, which a failing logind started again and again.
    @Test
    void whatWasStartedTooOftenAlthoughItDidWellFailedForNoCapability() {
        Sketch well = failed("modprobe@drm.service").ended("start-limit-hit", 0);
        assertThat(cause(well)).isInstanceOf(Cause.StartedTooOften.class);
        assertThat(Planner.plan(well.draw(), Request.HEALTHY).orElseThrow().drop())
                .isEqualTo(CapabilitySet.EMPTY);
        Sketch badly = failed("modprobe@drm.service").ended("start-limit-hit", 1);
        assertThat(cause(badly))
                .isInstanceOfSatisfying(
                        Cause.Repeated.class,
                        again -> {
                            assertThat(again.last()).isInstanceOf(Cause.InertCapability.class);
                            assertThat(again.inert()).isEqualTo(CapabilitySet.of("sys_module"));
                        });
        assertThat(Planner.plan(badly.draw(), Request.HEALTHY).orElseThrow().drop())
                .isEqualTo(CapabilitySet.of("sys_module"));
    }

    @Test
    void nobodyCanMaskInAContainerThatDoesNotRun() {
        assertThat(remedies(new ContainerId(RuntimeKind.LXC, "c1", "/var/lib/lxc"), 0))
                .extracting(Remedy::id)
                .containsExactly("drop");
    }
}
