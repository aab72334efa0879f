package dev.capdrop.core.explanation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.capdrop.core.condition.ConditionResult;
import dev.capdrop.core.condition.TestedCondition;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.snapshot.OverdueException;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// That an explanation takes as long as a container has units and a unit has lines.
class LargeExplanationTest {
    private static final int MANY = 16_000;
    private static final Duration ENOUGH = Duration.ofSeconds(20);

    @Test
    void aUnitWithThousandsOfConditionsIsExplainedInTime() {
        TestedCondition[] rows = new TestedCondition[MANY];
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            int last = MANY - 1 - i;
            rows[i] = Sketch.row("PathExists", "/p" + last, ConditionResult.SUCCEEDED);
            lines.add("ConditionPathExists=/p" + i);
        }
        Snapshot snapshot =
                new Sketch()
                        .wanted("a.service", "active", "running", rows)
                        .withLines(lines.toArray(String[]::new))
                        .draw();
        UnitExplanation explained =
                assertTimeoutPreemptively(ENOUGH, () -> explain(snapshot, "a.service"));
        assertThat(explained.conditions())
                .hasSize(MANY)
                .allSatisfy(line ->
                        assertThat(requireNonNull(line.line()).value())
                                .isEqualTo(line.tested().condition().parameter()));
    }

    @Test
    void aUnitThatThousandsRequireIsExplainedInTime() {
        Sketch sketch = new Sketch().wanted("a.service", "active", "running");
        Dependencies on =
                Dependencies.NONE
                        .with(Dependency.REQUIRES, "a.service")
                        .with(Dependency.AFTER, "a.service");
        for (int i = 0; i < MANY; i++) {
            sketch.wanted("u%05d.service".formatted(i), "active", "running", on);
        }
        Snapshot snapshot = sketch.draw();
        UnitExplanation explained =
                assertTimeoutPreemptively(ENOUGH, () -> explain(snapshot, "a.service"));
        // and the default target, which wants it
        assertThat(explained.relations()).hasSize(MANY + 1);
    }

    @Test
    void anExplanationIsGivenUpWhenItsTimeIsOver() {
        Snapshot snapshot = new Sketch().wanted("a.service", "active", "running").draw();
        TimeLimit over = new TimeLimit(Duration.ofSeconds(30), () -> true);
        assertThatThrownBy(() -> UnitExplanation.of(snapshot, "a.service", over))
                .isInstanceOf(OverdueException.class);
    }

    private static UnitExplanation explain(Snapshot snapshot, String unit) {
        return requireNonNull(UnitExplanation.of(snapshot, unit));
    }
}
