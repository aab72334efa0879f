package dev.capdrop.core.change;

import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.container.SharedLines.SharedFile;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.plan.SharedPlan;
import dev.capdrop.core.plan.SharedPlan.MemberOutlook;
import dev.capdrop.core.plan.SharedPlan.Unloadable;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class DecisionTest {
    private static Sketch sick() {
        return new Sketch()
                .wanted("kdump.service", "failed", "failed", needs("CAP_SYS_RAWIO", SUCCEEDED))
                .wanted("clock.service", "active", "running", needs("CAP_SYS_TIME", SUCCEEDED));
    }

    private static Decision decided(Sketch sketch, Request request, boolean restart) {
        Snapshot before = sketch.draw();
        return Decision.of(before, Planner.plan(before, request).orElseThrow(), restart);
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

    @Test
    void whatIsToBeKeptAndAloneWouldHealIsRefused() {
        Request keep =
                new Request(
                        Goal.HEALTHY, CapabilitySet.EMPTY, CapabilitySet.of("sys_rawio"), Set.of());
        assertThat(decided(sick(), keep, true))
                .isEqualTo(
                        new Decision.LeftOut(
                                "what would heal it is to be kept", Decision.Weight.REFUSED));
    }

    @Test
    void whatCannotBeHealedWithoutALossIsRefused() {
        Sketch torn =
                new Sketch()
                        .wanted(
                                "ntpd.service",
                                "failed",
                                "failed",
                                needs("CAP_SYS_TIME", SUCCEEDED))
                        .wanted(
                                "clock.service",
                                "active",
                                "running",
                                needs("CAP_SYS_TIME", SUCCEEDED));
        assertThat(decided(torn, Request.HEALTHY, true))
                .isEqualTo(
                        new Decision.LeftOut(
                                "it would lose units that work now: clock.service",
                                "name each with --allow-skip to accept that",
                                Decision.Weight.REFUSED));
    }

    @Test
    void aContainerWhoseConfigurationCouldNotBeReadIsLeftOut() {
        Snapshot drawn = sick().draw();
        Snapshot unread =
                Snapshot.of(drawn.takenAt(), drawn.container(), drawn.host())
                        .with(drawn.init())
                        .with(drawn.systemd());
        assertThat(Decision.of(unread, Planner.plan(unread, Request.HEALTHY).orElseThrow(), true))
                .isEqualTo(
                        new Decision.LeftOut(
                                "its configuration could not be read", Decision.Weight.UNKNOWN));
    }

    /// Nothing is known of its units, and the file has the drop already.
    @Test
    void aContainerOfWhichNobodyCanTellIsLeftOutAndSoIsOneThatIsStopped() {
        for (boolean running : List.of(true, false)) {
            Snapshot drawn = new Sketch().config("lxc.cap.drop = sys_rawio\n").draw();
            Snapshot blind =
                    Snapshot.of(drawn.takenAt(), drawn.container(), drawn.host())
                            .with(drawn.configuration())
                            .with(running ? drawn.init() : null)
                            .withProblems(List.of("PID 1 is 'sh'"));
            Decision decision =
                    Decision.of(blind, Planner.plan(blind, drop("sys_rawio")).orElseThrow(), true);
            assertThat(decision)
                    .isInstanceOfSatisfying(
                            Decision.LeftOut.class,
                            left -> {
                                assertThat(left.weight())
                                        .isEqualTo(
                                                running
                                                        ? Decision.Weight.UNKNOWN
                                                        : Decision.Weight.NOT_OURS);
                                assertThat(left.sentence())
                                        .isEqualTo(
                                                running
                                                        ? "nothing is known of the units of 'lxc:c1',"
                                                                + " which runs: PID 1 is 'sh'"
                                                        : "it is stopped, and its root directory is"
                                                                + " not there to be read");
                            });
        }
    }

    @Test
    void nestingThatNothingCallsForIsRefusedWithTheReason() {
        Snapshot well =
                new Sketch().appArmor(true).wanted("ssh.service", "active", "running").draw();
        assertThat(Decision.of(well, Planner.nesting(well, TimeLimit.NONE).orElseThrow(), true))
                .isEqualTo(
                        new Decision.LeftOut(
                                "no unit of it fails for want of nesting",
                                Decision.Weight.REFUSED));
    }

    @Test
    void aDropThatPid1IsWithoutAlreadyTakesNoRestart() {
        Sketch lost =
                new Sketch()
                        .bounding(CapabilitySet.upTo(40).minus(CapabilitySet.of("sys_rawio")))
                        .wanted("ssh.service", "active", "running");
        assertThat(decided(lost, drop("sys_rawio"), true))
                .isInstanceOfSatisfying(
                        Decision.Ready.class, ready -> assertThat(ready.restarts()).isFalse());
    }

    private static final SharedFile FILE = SharedFile.in("/u/d");
    private static final CapabilitySet RAWIO = CapabilitySet.of("sys_rawio");

    private static SharedPlan shared(
            CapabilitySet drop, List<Unloadable> broken, MemberOutlook... members) {
        ConfigSource nothing =
                new ConfigSource() {
                    @Override
                    public @Nullable String read(String path) {
                        return null;
                    }

                    @Override
                    public @Nullable List<String> list(String directory) {
                        return null;
                    }
                };
        return new SharedPlan(
                Request.HEALTHY,
                drop,
                List.of(),
                List.of(members),
                List.of(),
                List.of(),
                broken,
                FILE.edit(nothing, drop, 40, "node", "capdrop undo --host").orElseThrow());
    }

    private static MemberOutlook member(String target, boolean excluded, String... loses) {
        return new MemberOutlook(
                target,
                true,
                excluded,
                RAWIO,
                CapabilitySet.EMPTY,
                Forecast.NONE,
                List.of(loses),
                "");
    }

    @Test
    void aDropForAllIsReadyAndTakesNoRestart() {
        assertThat(Decision.of(shared(RAWIO, List.of(), member("lxc:a", true, "x.service"))))
                .isInstanceOfSatisfying(
                        Decision.Ready.class,
                        ready -> {
                            assertThat(ready.restarts()).isFalse();
                            assertThat(ready.edit().changes()).isTrue();
                        });
        assertThat(Decision.of(shared(CapabilitySet.EMPTY, List.of())))
                .isEqualTo(new Decision.Idle());
    }

    @Test
    void aDropForAllThatCostsUnitsNamesThoseOfTheContainersThatItIsFor() {
        SharedPlan plan =
                shared(
                        RAWIO,
                        List.of(),
                        member("lxc:a", true, "x.service"),
                        member("lxc:b", false, "y.service"),
                        member("lxc:c", false, "y.service", "z.service"));
        assertThat(Decision.of(plan))
                .isEqualTo(
                        new Decision.LeftOut(
                                "it would lose units that work now: y.service, z.service",
                                "name each with --allow-skip to accept that, or leave their"
                                        + " container out with --exclude",
                                Decision.Weight.REFUSED));
    }

    @Test
    void aDropForAllWithWhichAConfigurationWouldNotLoadIsRefused() {
        Unloadable one =
                new Unloadable(
                        new HostConfiguration("lxc:a", "/a/config", ConfigFormat.LXC, null),
                        new LoadError("/a/config", 3, "lxc.cap.keep = x", "no"));
        assertThat(Decision.of(shared(RAWIO, List.of(one))))
                .isEqualTo(
                        new Decision.LeftOut(
                                "with it lxc:a would not start any more, because of /a/config:3",
                                Decision.Weight.REFUSED));
        assertThat(Decision.of(shared(RAWIO, List.of(one, one, one))))
                .isEqualTo(
                        new Decision.LeftOut(
                                "with it lxc:a would not start any more, because of /a/config:3,"
                                        + " and 2 other configurations would not load",
                                Decision.Weight.REFUSED));
    }
}
