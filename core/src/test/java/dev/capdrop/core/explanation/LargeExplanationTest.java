package dev.capdrop.core.explanation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Explanations in large containers.
class LargeExplanationTest {
    private static final int MANY = 500;

    @Test
    void eachOfManyConditionsIsGivenItsOwnLineInWhateverOrderSystemdAnswers() {
        Condition.Tested[] rows = new Condition.Tested[MANY];
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            int last = MANY - 1 - i;
            rows[i] = Sketch.row("PathExists", "/p" + last, Condition.Result.SUCCEEDED);
            lines.add("ConditionPathExists=/p" + i);
        }
        Snapshot snapshot =
                new Sketch()
                        .wanted("a.service", "active", "running", rows)
                        .withLines(lines.toArray(String[]::new))
                        .draw();
        UnitExplanation explained =
                requireNonNull(UnitExplanation.of(snapshot, "a.service", TimeLimit.NONE));
        assertThat(explained.tests().conditions())
                .hasSize(MANY)
                .allSatisfy(line ->
                        assertThat(requireNonNull(line.line()).value())
                                .isEqualTo(line.tested().condition().parameter()));
    }

    @Test
    void anExplanationTakesAsManyStepsAsThereAreUnitsThatRequireTheUnit() {
        long steps = steps(MANY);
        assertThat(steps(4 * MANY))
                .as("four times as many units, %d steps before", steps)
                .isBetween(3 * steps, 5 * steps);
    }

    @Test
    void anExplanationIsGivenUpWhenItsTimeIsOver() {
        Snapshot snapshot = new Sketch().wanted("a.service", "active", "running").draw();
        TimeLimit over = new TimeLimit(Duration.ofSeconds(30), () -> true);
        assertThatThrownBy(() -> UnitExplanation.of(snapshot, "a.service", over))
                .isInstanceOf(TimeLimit.OverdueException.class);
    }

    /// How often it asks whether its time is over.
    private static long steps(int units) {
        Sketch sketch = new Sketch().wanted("a.service", "active", "running");
        Dependencies on =
                Dependencies.NONE
                        .with(Dependency.REQUIRES, "a.service")
                        .with(Dependency.AFTER, "a.service");
        for (int i = 0; i < units; i++) {
            sketch.wanted("u%05d.service".formatted(i), "active", "running", on);
        }
        AtomicLong steps = new AtomicLong();
        TimeLimit counting =
                new TimeLimit(
                        Duration.ofSeconds(30),
                        () -> {
                            steps.incrementAndGet();
                            return false;
                        });
        UnitExplanation explained =
                requireNonNull(UnitExplanation.of(sketch.draw(), "a.service", counting));
        // and the default target, which wants it
        assertThat(explained.relations()).hasSize(units + 1);
        return steps.get();
    }
}
