package dev.capdrop.core.plan;

import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.diagnosis.Cause;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import org.junit.jupiter.api.Test;

/// A PID 1 that gave a capability up while it ran, and whose configuration brings it back: as after
/// a change whose lines somebody took out of the file by hand.
class GivenUpLiveTest {
    private static final CapabilitySet RAWIO = CapabilitySet.of("sys_rawio");
    private static final String MOUNT = "sys-kernel-debug.mount";

    private final Snapshot snapshot =
            new Sketch()
                    .wanted(MOUNT, "failed", "failed", needs("CAP_SYS_RAWIO", SUCCEEDED))
                    .bounding(CapabilitySet.upTo(40).minus(RAWIO))
                    .draw();

    @Test
    void theCauseIsWhatTheNextStartBringsBack() {
        assertThat(Diagnosis.of(snapshot).findings())
                .singleElement()
                .satisfies(finding ->
                        assertThat(finding.cause())
                                .isEqualTo(new Cause.InertCapability(RAWIO, true, false)));
    }

    @Test
    void theDropIsPlannedAndHeals() {
        Plan plan = Planner.plan(snapshot, Request.HEALTHY).orElseThrow();
        assertThat(plan.drop()).isEqualTo(RAWIO);
        assertThat(plan.forecast().effects())
                .filteredOn(effect -> effect.unit().equals(MOUNT))
                .extracting(Effect::after)
                .containsExactly(Outcome.SKIPPED);
    }
}
