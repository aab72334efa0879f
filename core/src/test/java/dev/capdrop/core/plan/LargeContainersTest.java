package dev.capdrop.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.snapshot.OverdueException;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
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
        assertThatThrownBy(() -> Planner.plan(snapshot, Request.HEALTHY, time))
                .isInstanceOf(OverdueException.class)
                .hasMessage("not judged within 30 s");
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
        Planner.plan(snapshot, Request.HEALTHY, counting);
        return steps.get();
    }
}
