package dev.capdrop.core.change;

import static dev.capdrop.core.condition.ConditionResult.SUCCEEDED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.plan.Goal;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Request;
import dev.capdrop.core.snapshot.Snapshot;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DecisionTest {
    private static Sketch sick() {
        return new Sketch()
                .wanted("kdump.service", "failed", "failed", needs("CAP_SYS_RAWIO", SUCCEEDED))
                .wanted("clock.service", "active", "running", needs("CAP_SYS_TIME", SUCCEEDED));
    }

    private static Decision decided(Sketch sketch, Request request, boolean restart) {
        Snapshot before = sketch.draw();
        return Decision.of(before, Planner.plan(before, request), restart);
    }

    private static Request drop(String... names) {
        return new Request(Goal.NONE, CapabilitySet.of(names), CapabilitySet.EMPTY, Set.of());
    }

    @Test
    void whatHealsIsReadyAndTakesARestart() {
        assertThat(decided(sick(), Request.HEALTHY, true))
                .isInstanceOfSatisfying(
                        Decision.Ready.class,
                        ready -> {
                            assertThat(ready.restarts()).isTrue();
                            assertThat(ready.edit().changes()).isTrue();
                        });
    }

    @Test
    void whatIsWellNeedsNothing() {
        Sketch well = new Sketch().wanted("ssh.service", "active", "running");
        assertThat(decided(well, Request.HEALTHY, true)).isEqualTo(new Decision.Idle());
    }

    @Test
    void whatWouldCostAUnitIsRefused() {
        assertThat(decided(sick(), drop("sys_time"), true))
                .isEqualTo(
                        new Decision.LeftOut(
                                "it would lose units that work now: clock.service",
                                "name each with --allow-skip to accept that",
                                Decision.Weight.REFUSED));
    }

    @Test
    void aBootThatHasNotEndedIsRefusedOnlyWhereItWouldBeCutShort() {
        Sketch booting =
                sick().state("starting")
                        .job("slow.service", "start")
                        .startedAt(Instant.parse("2026-01-01T10:04:55Z"));
        assertThat(decided(booting, Request.HEALTHY, true))
                .isInstanceOfSatisfying(
                        Decision.LeftOut.class,
                        left ->
                                assertThat(left.sentence())
                                        .startsWith("its boot has not ended: ")
                                        .endsWith("with 'apply --no-restart'"));
        assertThat(decided(booting, Request.HEALTHY, false)).isInstanceOf(Decision.Ready.class);
    }
}
