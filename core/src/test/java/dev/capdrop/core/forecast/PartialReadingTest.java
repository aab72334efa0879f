package dev.capdrop.core.forecast;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Refusal;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Unread;
import java.util.List;
import org.junit.jupiter.api.Test;

/// From what a reading did not come to nothing follows.
final class PartialReadingTest {
    private static final CapabilitySet RAWIO = CapabilitySet.of("sys_rawio");

    private static Snapshot degraded() {
        return new Sketch()
                .wanted(
                        "sys-kernel-debug.mount",
                        "failed",
                        "failed",
                        Sketch.needs("CAP_SYS_RAWIO", Condition.Result.SUCCEEDED))
                .wanted("a.service", "active", "running")
                .draw();
    }

    private static Snapshot without(Snapshot whole, Unread.Part part) {
        return Snapshot.of(whole.takenAt(), whole.container(), whole.host())
                .with(whole.configuration())
                .with(whole.init())
                .with(whole.systemd())
                .with(whole.isolation())
                .with(whole.programs())
                .withProblems(List.of("3 of 5 units were not read whole"))
                .withUnread(
                        List.of(
                                new Unread(
                                        part,
                                        List.of("a.service"),
                                        "3 of 5 units were not read whole")));
    }

    @Test
    void whereUnitsAreMissingEveryUnitIsLeftOpen() {
        Snapshot partial = without(degraded(), Unread.Part.UNITS);
        CapabilitySet next = requireNonNull(partial.init()).bounding().minus(RAWIO);
        Forecast forecast = Forecaster.over(partial).forecast(next);
        assertThat(forecast.effects()).isEmpty();
        assertThat(forecast.lostByRestart()).isEmpty();
        assertThat(forecast.undecided())
                .isNotEmpty()
                .allMatch(
                        open -> open.why().equals("not all units of the container could be read"));
    }

    @Test
    void aPlanDropsNothingOfItself() {
        assertThat(Planner.plan(degraded(), Request.HEALTHY).orElseThrow().drop()).isEqualTo(RAWIO);
        assertThat(Planner.plan(without(degraded(), Unread.Part.UNITS), Request.HEALTHY))
                .isEqualTo(
                        new Planner.Refused<>(
                                new Refusal.UnitsUnknown(
                                        "not enough is known of the units of 'lxc:c1', which runs"
                                                + ": "
                                                + "3 of 5 units were not read whole",
                                        false)));
    }
}
