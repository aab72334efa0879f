package dev.capdrop.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// That planning takes as long as a container has units, in every shape: counted in steps, between
/// which it asks whether its time is over.
class LargeContainersTest {
    private static final int UNITS = 2000;

    /// A plan takes some forecasts, and each of them two looks at a unit and a few more where
    /// something changes.
    private static final int STEPS_PER_UNIT = 120;

    @ParameterizedTest
    @EnumSource
    void aPlanTakesAsManyStepsAsThereAreUnitsWhateverTheyHangOn(LargeContainers shape) {
        long steps = steps(shape.of(UNITS));
        assertThat(steps).isLessThan((long) UNITS * STEPS_PER_UNIT);
        assertThat(steps(shape.of(4 * UNITS)))
                .as("four times as many units, %d steps before", steps)
                .isLessThan(5 * steps);
    }

    @Test
    void aPlanIsGivenUpWhenItsTimeIsOver() {
        Snapshot snapshot = LargeContainers.DENSE.of(UNITS);
        AtomicLong left = new AtomicLong(UNITS / 2);
        TimeLimit time = new TimeLimit(Duration.ofSeconds(30), () -> left.decrementAndGet() < 0);
        assertThatThrownBy(() -> Planner.plan(snapshot, Request.HEALTHY, time).orElseThrow())
                .isInstanceOf(TimeLimit.OverdueException.class)
                .hasMessage("not judged within 30 s");
    }

    @Test
    void aChainOfUnitsIsNoCircleHoweverLong() {
        Sketch sketch = new Sketch();
        for (int i = 0; i < 20_000; i++) {
            String next = (i + 1) + ".target";
            sketch.wanted(
                    i + ".target",
                    "active",
                    "active",
                    Dependencies.NONE.with(Dependency.AFTER, next));
        }
        Effect effect =
                Forecaster.over(sketch.draw()).forecast(CapabilitySet.upTo(40)).effect("0.target");
        assertThat(effect).isNotNull();
        assertThat(effect.after()).isEqualTo(Outcome.ACTIVE);
    }

    private static long steps(Snapshot snapshot) {
        AtomicLong steps = new AtomicLong();
        TimeLimit counting =
                new TimeLimit(
                        Duration.ofSeconds(30),
                        () -> {
                            steps.incrementAndGet();
                            return false;
                        });
        Planner.plan(snapshot, Request.HEALTHY, counting).orElseThrow();
        return steps.get();
    }
}
