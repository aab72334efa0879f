package dev.capdrop.cli.drop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Effect.TurnedBy;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.snapshot.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlanSentenceTest {
    private static final Effect HEALED =
            new Effect(
                    GeneralRule.CONDITIONS,
                    "a.mount",
                    Outcome.FAILED,
                    Outcome.SKIPPED,
                    TurnedBy.DROP,
                    Why.of("why"),
                    0);

    private static Effect skipped(String unit, Outcome before) {
        return new Effect(
                GeneralRule.CONDITIONS,
                unit,
                before,
                Outcome.SKIPPED,
                TurnedBy.DROP,
                Why.of("why"),
                0);
    }

    private static String sentence(Effect... effects) {
        return sentence(List.of(), effects);
    }

    private static String sentence(List<Undecided> undecided, Effect... effects) {
        Plan plan =
                new Plan(
                        Goal.HEALTHY,
                        CapabilitySet.of("sys_module"),
                        CapabilitySet.EMPTY,
                        new Plan.Weighing(List.of(), List.of(), null, null),
                        new Forecast(List.of(effects), undecided, List.of(), List.of(), Why.NONE),
                        List.of(),
                        Plan.Remarks.NONE,
                        null);
        return PlanSentence.of(plan).toString();
    }

    @Test
    void whatOnlyFilesSayIsStartedIsNotCalledRunning() {
        assertThat(
                        sentence(
                                HEALED,
                                skipped("b.service", Outcome.STARTED),
                                skipped("c.service", Outcome.STARTED)))
                .contains("1 failed unit will be skipped, 2 units will not be started;")
                .doesNotContain("lost", "that run");
    }

    @Test
    void whatMayBeLostIsNotCalledNothing() {
        Undecided open =
                new Undecided(
                        GeneralRule.MAY_USE,
                        "c.service",
                        Outcome.ACTIVE,
                        true,
                        CapabilitySet.of("sys_module"),
                        Why.of("why"),
                        "a boot");
        assertThat(sentence(List.of(open), HEALED))
                .contains("no unit is known to be lost, 1 may be;")
                .doesNotContain("nothing is lost");
        assertThat(sentence(List.of(open), HEALED, skipped("b.service", Outcome.ACTIVE)))
                .contains("1 unit that runs is lost, 1 more may be lost;");
    }

    @Test
    void whatRunsAndIsSkippedIsLost() {
        assertThat(sentence(HEALED, skipped("b.service", Outcome.ACTIVE)))
                .contains("1 failed unit will be skipped, 1 unit that runs is lost;");
        assertThat(sentence(HEALED)).contains("1 failed unit will be skipped, nothing is lost;");
    }
}
