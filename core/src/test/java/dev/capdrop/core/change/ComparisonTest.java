package dev.capdrop.core.change;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.condition.ConditionResult;
import dev.capdrop.core.plan.Sketch;
import dev.capdrop.core.plan.WhatIf;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A forecast from files beside the first boot that anybody sees.
final class ComparisonTest {
    private static final CapabilitySet DROP = CapabilitySet.named("sys_rawio");

    private static Verification compared(Sketch before, Sketch after) {
        Snapshot snapshot = before.draw();
        CapabilitySet next = requireNonNull(snapshot.init()).bounding().minus(DROP);
        return Comparison.of(WhatIf.over(snapshot).forecast(next), DROP, snapshot, after.draw());
    }

    @ParameterizedTest
    @CsvSource({"active, running", "inactive, dead", "failed, failed"})
    void whateverAProgramMakesOfItsStartItWasStarted(String state, String sub) {
        Verification verification =
                compared(
                        new Sketch().wanted("a.service", "started", "running"),
                        new Sketch().wanted("a.service", state, sub));
        assertThat(verification.mismatches()).isEmpty();
        assertThat(verification.matched()).isEqualTo(verification.predicted());
        assertThat(verification.verdict()).isEqualTo(Verdict.SAME);
    }

    @Test
    void aStartThatDoesNotComeIsAMismatch() {
        Verification verification =
                compared(
                        new Sketch().wanted("a.service", "started", "running"),
                        new Sketch()
                                .wanted(
                                        "a.service",
                                        "inactive",
                                        "dead",
                                        Sketch.needs("CAP_SYS_RAWIO", ConditionResult.FAILED)));
        assertThat(verification.mismatches())
                .extracting(Mismatch::unit)
                .containsExactly("a.service");
        assertThat(verification.verdict()).isEqualTo(Verdict.WORSE);
    }

    @Test
    void whatTheFilesOfAContainerThatIsDownSayIsNoBoot() {
        Snapshot before = new Sketch().wanted("a.service", "active", "running").draw();
        CapabilitySet next = requireNonNull(before.init()).bounding().minus(DROP);
        Snapshot foreseen = new Sketch().wanted("a.service", "started", "running").draw();
        Snapshot down =
                new Snapshot(
                        foreseen.takenAt(),
                        foreseen.container(),
                        foreseen.host(),
                        foreseen.configuration(),
                        new Init(0, foreseen.takenAt(), true, next, false),
                        foreseen.systemd(),
                        List.of());
        Verification verification =
                Comparison.of(WhatIf.over(before).forecast(next), DROP, before, down);
        assertThat(verification.verdict()).isEqualTo(Verdict.WORSE);
        assertThat(verification.sentence()).isEqualTo("the container does not run any more");
        assertThat(verification.mismatches()).isEmpty();
    }

    @Test
    void whatMayHaveFailedBeforeDoesNotHideWhatIsHealed() {
        Verification verification =
                compared(
                        new Sketch()
                                .wanted("a.service", "started", "running")
                                .wanted("b.mount", "failed", "failed"),
                        new Sketch()
                                .wanted("a.service", "failed", "failed")
                                .wanted("b.mount", "active", "mounted"));
        assertThat(verification.verdict()).isEqualTo(Verdict.BETTER);
    }
}
