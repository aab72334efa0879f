package dev.capdrop.cli.drop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.RecordedExample;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Plan.Conflict;
import dev.capdrop.core.plan.Plan.Conflict.Constraint.Kind;
import dev.capdrop.core.plan.StartReview;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The plan for the recorded container that the repository ships.
final class PlannedExampleTest {
    @Test
    void proseStaysWithinEightyColumns() {
        assertThat(
                        RecordedExample.text(t ->
                                new PlanText(t, true)
                                        .write("lxc:web", RecordedExample.PLAN, StartReview.SAME)))
                .filteredOn(line -> !line.contains("/") && !line.contains("instead: "))
                .isNotEmpty()
                .allMatch(line -> line.length() <= RecordedExample.COLUMNS);
    }

    @Test
    void noUnitThatWouldBeLostIsLeftOut() {
        List<String> lost =
                IntStream.range(0, 100)
                        .mapToObj(n -> "a-service-of-ours-" + n + ".service")
                        .toList();
        List<Conflict.Constraint> constraints = new ArrayList<>();
        constraints.add(new Conflict.Constraint(Kind.DROP, "sys_rawio"));
        lost.forEach(unit -> constraints.add(new Conflict.Constraint(Kind.WORK, unit)));
        Conflict conflict = new Conflict(RecordedExample.PLAN.drop(), constraints);
        Plan costly =
                new Plan(
                        RecordedExample.PLAN.goal(),
                        RecordedExample.PLAN.drop(),
                        RecordedExample.PLAN.bounding(),
                        new Plan.Weighing(
                                RecordedExample.PLAN.weighing().reasons(),
                                RecordedExample.PLAN.weighing().kept(),
                                null,
                                null),
                        RecordedExample.PLAN.forecast(),
                        List.of(conflict),
                        new Plan.Remarks(
                                List.of(),
                                List.of(),
                                List.of(),
                                RecordedExample.PLAN.remarks().blind()),
                        RecordedExample.PLAN.edit());
        String shown =
                String.join(
                        " ",
                        RecordedExample.text(t ->
                                new PlanText(t, false).write("lxc:web", costly, StartReview.SAME)));
        assertThat(lost).allMatch(shown::contains);
    }

    @Test
    void planEndsWithTheDiff() {
        List<String> lines =
                RecordedExample.text(t ->
                        new PlanText(t, false)
                                .write("lxc:web", RecordedExample.PLAN, StartReview.SAME));
        assertThat(lines.getFirst())
                .isEqualTo(
                        "lxc:web  drop sys_module sys_rawio: 2 failed units will be skipped, nothing is");
        assertThat(lines.get(1)).isEqualTo("    lost; degraded -> running expected");
        assertThat(lines.getLast()).isEqualTo("+lxc.cap.drop = sys_module sys_rawio");
        assertThat(lines).hasSizeLessThanOrEqualTo(24);
    }
}
