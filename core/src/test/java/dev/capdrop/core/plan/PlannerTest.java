package dev.capdrop.core.plan;

import static dev.capdrop.core.condition.Condition.Result.FAILED;
import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.condition.Condition.Result.UNTESTED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static dev.capdrop.core.forecast.Sketch.row;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.RestartLoss;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.plan.Plan.Conflict;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Plan.Kept;
import dev.capdrop.core.plan.Planner.Refusal;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Unread;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final Condition.Tested RAWIO = needs("CAP_SYS_RAWIO", SUCCEEDED);
    private static final Condition.Tested MODULE = needs("CAP_SYS_MODULE", SUCCEEDED);
    private static final Condition.Tested TIME = needs("CAP_SYS_TIME", SUCCEEDED);

    private static Request drop(String... names) {
        return new Request(Goal.NONE, CapabilitySet.of(names), CapabilitySet.EMPTY, Set.of());
    }

    private static Outcome after(Plan plan, String unit) {
        Effect effect = plan.forecast().effect(unit);
        assertThat(effect).isNotNull();
        return effect.after();
    }

    private static Sketch degraded() {
        return new Sketch()
                .wanted("sys-kernel-debug.mount", "failed", "failed", RAWIO)
                .wanted("systemd-modules-load.service", "failed", "failed", MODULE)
                .wanted("dbus.service", "active", "running");
    }

    @Test
    void theHealthyPlanDropsExactlyWhatTheFailedUnitsAskFor() {
        Plan plan = Planner.plan(degraded().draw(), Request.HEALTHY).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_rawio", "sys_module"));
        assertThat(after(plan, "sys-kernel-debug.mount")).isEqualTo(Outcome.SKIPPED);
        assertThat(after(plan, "systemd-modules-load.service")).isEqualTo(Outcome.SKIPPED);
        assertThat(after(plan, "dbus.service")).isEqualTo(Outcome.ACTIVE);
        assertThat(plan.conflicts()).isEmpty();
        assertThat(plan.weighing().reasons())
                .extracting(reason -> reason.capability().name())
                .containsExactly("sys_module", "sys_rawio");
    }

    @Test
    void aHealthyContainerGetsAnEmptyPlan() {
        Plan plan =
                Planner.plan(
                                new Sketch().wanted("dbus.service", "active", "running").draw(),
                                Request.HEALTHY)
                        .orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.EMPTY);
        assertThat(plan.heals()).isFalse();
    }

    @Test
    void oneOfTwoInertCapabilitiesIsEnoughForAUnitThatNamesBoth() {
        Snapshot snapshot =
                new Sketch()
                        .wanted(
                                "e2scrub_all.service",
                                "failed",
                                "failed",
                                RAWIO,
                                needs("CAP_MKNOD", SUCCEEDED))
                        .draw();
        Plan plan = Planner.plan(snapshot, Request.HEALTHY).orElseThrow();
        assertThat(plan.drop())
                .as("mknod has a caution, so sys_rawio is cheaper")
                .isEqualTo(CapabilitySet.of("sys_rawio"));
    }

    @Test
    void ofTwoDropsThatCostTheSameTheSmallerIsTaken() {
        Snapshot snapshot =
                new Sketch()
                        .wanted(
                                "any.service",
                                "failed",
                                "failed",
                                needs("CAP_MKNOD", SUCCEEDED),
                                trigger("CAP_SYS_RAWIO"),
                                trigger("CAP_SYS_MODULE"))
                        .draw();
        Plan plan = Planner.plan(snapshot, Request.HEALTHY).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("mknod"));
    }

    @Test
    void twoTriggersMustBothGo() {
        Snapshot snapshot =
                new Sketch()
                        .wanted(
                                "either.service",
                                "failed",
                                "failed",
                                trigger("CAP_SYS_RAWIO"),
                                trigger("CAP_SYS_MODULE"))
                        .draw();
        Plan plan = Planner.plan(snapshot, Request.HEALTHY).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_rawio", "sys_module"));
        Effect effect = requireNonNull(plan.forecast().effect("either.service"));
        assertThat(effect.why())
                .isEqualTo(
                        "none of ConditionCapability=|CAP_SYS_RAWIO,"
                                + " ConditionCapability=|CAP_SYS_MODULE holds");
    }

    @Test
    void aSingleTriggerThatDoesNotHoldIsNamedAlone() {
        Snapshot snapshot =
                new Sketch()
                        .wanted(
                                "one.service",
                                "failed",
                                "failed",
                                row("Virtualization", "container", SUCCEEDED),
                                trigger("CAP_SYS_RAWIO"))
                        .draw();
        Plan plan = Planner.plan(snapshot, Request.HEALTHY).orElseThrow();
        assertThat(requireNonNull(plan.forecast().effect("one.service")).why())
                .isEqualTo("ConditionCapability=|CAP_SYS_RAWIO does not hold");
    }

    private static Condition.Tested trigger(String capability) {
        return new Condition.Tested(
                new Condition("Capability", true, false, capability), SUCCEEDED);
    }

    @Test
    void nothingIsInertInAPrivilegedContainer() {
        Plan plan = Planner.plan(degraded().privileged().draw(), Request.HEALTHY).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.EMPTY);
    }

    @Test
    void aFailedUnitThatAsksForAnHonouredCapabilityGetsNoDrop() {
        Snapshot snapshot =
                new Sketch()
                        .wanted(
                                "systemd-networkd.service",
                                "failed",
                                "failed",
                                needs("CAP_NET_ADMIN", SUCCEEDED))
                        .wanted("plain.service", "failed", "failed")
                        .draw();
        assertThat(Planner.plan(snapshot, Request.HEALTHY).orElseThrow().drop())
                .isEqualTo(CapabilitySet.EMPTY);
    }

    @Test
    void aRunningUnitIsNeverLostInSilence() {
        Snapshot snapshot =
                new Sketch()
                        .wanted("ntpd.service", "failed", "failed", TIME)
                        .wanted("chrony.service", "active", "running", TIME)
                        .draw();
        Plan plan = Planner.plan(snapshot, Request.HEALTHY).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.EMPTY);
        assertThat(plan.conflicts()).hasSize(1);
        Conflict conflict = plan.conflicts().getFirst();
        assertThat(conflict.heals()).containsExactly("ntpd.service");
        assertThat(conflict.loses()).containsExactly("chrony.service");
        assertThat(conflict.dropped()).isFalse();
        assertThat(plan.refused()).isFalse();
    }

    @Test
    void aRunningUnitThatTheAdministratorNamesMayBeLost() {
        Snapshot snapshot =
                new Sketch()
                        .wanted("ntpd.service", "failed", "failed", TIME)
                        .wanted("chrony.service", "active", "running", TIME)
                        .draw();
        Request request =
                new Request(
                        Goal.HEALTHY,
                        CapabilitySet.EMPTY,
                        CapabilitySet.EMPTY,
                        Set.of("chrony.service"));
        Plan plan = Planner.plan(snapshot, request).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_time"));
        assertThat(plan.refused()).isFalse();
    }

    @Test
    void aNamedDropThatLosesARunningUnitIsRefused() {
        Snapshot snapshot = new Sketch().wanted("chrony.service", "active", "running", TIME).draw();
        Plan plan = Planner.plan(snapshot, drop("sys_time")).orElseThrow();
        assertThat(plan.refused()).isTrue();
        assertThat(plan.conflicts().getFirst().loses()).containsExactly("chrony.service");
        assertThat(plan.conflicts().getFirst().constraints())
                .extracting(Conflict.Constraint::name)
                .containsExactly("sys_time", "chrony.service");
    }

    /// The restart ends it either way; after the drop nobody can start it again.
    @Test
    void whatSomebodyStartedByHandAndTheDropRefusesIsALoss() {
        Snapshot snapshot =
                new Sketch()
                        .loaded("chrony.service", "active", "running", Dependencies.NONE, TIME)
                        .draw();
        assertThat(Planner.costs(snapshot, CapabilitySet.of("sys_time")))
                .containsExactly("chrony.service");
        assertThat(Planner.costs(snapshot, CapabilitySet.of("sys_rawio"))).isEmpty();
    }

    @Test
    void anExitedOneshotIsNothingToLose() {
        Snapshot snapshot =
                new Sketch()
                        .wanted("sys-kernel-debug.mount", "failed", "failed", RAWIO)
                        .wanted("once.service", "active", "exited", RAWIO)
                        .draw();
        Plan plan = Planner.plan(snapshot, Request.HEALTHY).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_rawio"));
        assertThat(after(plan, "once.service")).isEqualTo(Outcome.SKIPPED);
        assertThat(plan.remarks().unseen()).isEmpty();
    }

    @Test
    void whatIsKeptIsNotDroppedAndSaidSo() {
        Request request =
                new Request(
                        Goal.HEALTHY, CapabilitySet.EMPTY, CapabilitySet.of("sys_rawio"), Set.of());
        Plan plan = Planner.plan(degraded().draw(), request).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_module"));
        assertThat(plan.conflicts()).hasSize(1);
        assertThat(plan.conflicts().getFirst().loses()).isEmpty();
        assertThat(plan.conflicts().getFirst().constraints())
                .extracting(Conflict.Constraint::name)
                .containsExactly("sys-kernel-debug.mount", "sys_rawio");
    }

    @Test
    void theRestartAloneTurnsWhatHangsOnTheFirstBoot() {
        Snapshot snapshot =
                new Sketch()
                        .wanted(
                                "ldconfig.service",
                                "active",
                                "exited",
                                row("NeedsUpdate", "/etc", SUCCEEDED))
                        .nextBoot(row("NeedsUpdate", "/etc", FAILED))
                        .draw();
        Effect effect =
                Planner.plan(snapshot, drop("sys_rawio"))
                        .orElseThrow()
                        .forecast()
                        .effect("ldconfig.service");
        assertThat(effect).isNotNull();
        assertThat(effect.after()).isEqualTo(Outcome.SKIPPED);
        assertThat(effect.turnedBy()).isEqualTo(Effect.TurnedBy.RESTART);
    }

    @Test
    void aSkippedUnitStaysSkippedThoughItsLaterConditionsWereNeverTested() {
        Snapshot snapshot =
                new Sketch()
                        .wanted(
                                "sys-kernel-config.mount",
                                "inactive",
                                "dead",
                                row("PathExists", "/sys/kernel/config", FAILED),
                                needs("CAP_SYS_RAWIO", UNTESTED))
                        .draw();
        Effect effect =
                Planner.plan(snapshot, drop("sys_module"))
                        .orElseThrow()
                        .forecast()
                        .effect("sys-kernel-config.mount");
        assertThat(effect).isNotNull();
        assertThat(effect.changes()).isFalse();
        assertThat(effect.after()).isEqualTo(Outcome.SKIPPED);
    }

    @Test
    void aUnitThatADropWouldStartIsLeftOpen() {
        Condition.Tested without =
                new Condition.Tested(
                        new Condition("Capability", false, true, "CAP_SYS_RAWIO"), FAILED);
        Snapshot snapshot =
                new Sketch().wanted("fallback.service", "inactive", "dead", without).draw();
        Forecast forecast = Planner.plan(snapshot, drop("sys_rawio")).orElseThrow().forecast();
        assertThat(forecast.effect("fallback.service")).isNull();
        assertThat(forecast.undecided())
                .extracting(Undecided::unit)
                .containsExactly("fallback.service");
        assertThat(forecast.undecided().getFirst().byDrop()).isTrue();
    }

    @Test
    void anHonouredDropLeavesRunningServicesOpen() {
        Snapshot snapshot = new Sketch().wanted("nginx.service", "active", "running").draw();
        Forecast forecast =
                Planner.plan(snapshot, drop("net_bind_service")).orElseThrow().forecast();
        assertThat(forecast.undecided())
                .extracting(Undecided::unit)
                .containsExactly("nginx.service");
    }

    @Test
    void whatHangsOnASkippedUnitByBindsToIsNotStarted() {
        Dependencies bound =
                Dependencies.NONE
                        .with(Dependency.BINDS_TO, "a.service")
                        .with(Dependency.AFTER, "a.service");
        Dependencies requiring = Dependencies.NONE.with(Dependency.REQUIRES, "b.service");
        Snapshot snapshot =
                new Sketch()
                        .wanted("a.service", "active", "exited", RAWIO)
                        .wanted("b.service", "active", "exited", bound)
                        .wanted("c.service", "active", "exited", requiring)
                        .draw();
        Plan plan = Planner.plan(snapshot, drop("sys_rawio")).orElseThrow();
        assertThat(after(plan, "a.service")).isEqualTo(Outcome.SKIPPED);
        assertThat(after(plan, "b.service")).isEqualTo(Outcome.NOT_STARTED);
        assertThat(plan.forecast().undecided())
                .extracting(Undecided::unit)
                .containsExactly("c.service");
    }

    @Test
    void aSkippedUnitSatisfiesWhatOnlyRequiresIt() {
        Dependencies requiring =
                Dependencies.NONE
                        .with(Dependency.REQUIRES, "a.service")
                        .with(Dependency.AFTER, "a.service");
        Snapshot snapshot =
                new Sketch()
                        .wanted("a.service", "active", "exited", RAWIO)
                        .wanted("b.service", "active", "running", requiring)
                        .draw();
        assertThat(after(Planner.plan(snapshot, drop("sys_rawio")).orElseThrow(), "b.service"))
                .isEqualTo(Outcome.ACTIVE);
    }

    @Test
    void whatWasEnabledSinceTheBootIsLeftOpen() {
        Plan plan =
                Planner.plan(degraded().enabledSince("late.service").draw(), Request.HEALTHY)
                        .orElseThrow();
        assertThat(plan.forecast().effect("late.service")).isNull();
        assertThat(plan.forecast().undecided())
                .extracting(Undecided::unit)
                .containsExactly("late.service");
    }

    @Test
    void whatNoBootStartsIsAnnouncedAsLost() {
        Snapshot snapshot =
                new Sketch()
                        .loaded("by-hand.service", "active", "running", Dependencies.NONE)
                        .loaded("session-3.scope", "active", "running", Dependencies.NONE)
                        .draw();
        Forecast forecast = Planner.plan(snapshot, drop("sys_rawio")).orElseThrow().forecast();
        assertThat(forecast.lostByRestart())
                .extracting(RestartLoss::unit)
                .containsExactly("by-hand.service", "session-3.scope");
        assertThat(forecast.effect("by-hand.service")).isNull();
    }

    @Test
    void whatTriggersAUnitThatTheDropSkipsIsNamed() {
        Snapshot snapshot =
                new Sketch()
                        .running("a.socket", "ListenStream=/run/a")
                        .running("b.socket", "ListenStream=/run/b")
                        .loaded(
                                "a.service",
                                "inactive",
                                "dead",
                                Sketch.triggeredBy("a.socket"),
                                needs("CAP_SYS_RAWIO", UNTESTED))
                        .loaded("b.service", "inactive", "dead", Sketch.triggeredBy("b.socket"))
                        .draw();
        Forecast forecast = Planner.plan(snapshot, drop("sys_rawio")).orElseThrow().forecast();
        assertThat(forecast.idleTriggers())
                .containsExactly(
                        new Forecast.IdleTrigger(
                                "a.socket",
                                "a.service",
                                "ConditionCapability=CAP_SYS_RAWIO does not hold"));
        assertThat(
                        Planner.plan(snapshot, drop("sys_module"))
                                .orElseThrow()
                                .forecast()
                                .idleTriggers())
                .isEmpty();
    }

    @Test
    void aDropThatTheConfigurationAlreadyHasNeedsOnlyTheRestart() {
        Snapshot snapshot =
                degraded()
                        .startedAt(java.time.Instant.EPOCH.minusSeconds(1))
                        .config("lxc.cap.drop = sys_rawio sys_module\n")
                        .draw();
        Plan plan = Planner.plan(snapshot, Request.HEALTHY).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.EMPTY);
        assertThat(plan.heals()).isTrue();
        assertThat(plan.remarks().waiting()).isNotEmpty();
    }

    @Test
    void noPrivilegedContainerGetsMoreThanItsHostHas() {
        CapabilitySet held = CapabilitySet.upTo(40).minus(CapabilitySet.of("sys_resource"));
        Snapshot snapshot =
                degraded()
                        .privileged()
                        .startedAt(java.time.Instant.EPOCH.minusSeconds(1))
                        .hostBounding(held)
                        .bounding(held)
                        .draw();
        Plan plan = Planner.plan(snapshot, Request.HEALTHY).orElseThrow();
        assertThat(plan.remarks().waiting())
                .noneMatch(sentence -> sentence.contains("sys_resource"));
        assertThat(plan.bounding().contains(Capability.of("sys_resource"))).isFalse();
    }

    @Test
    void anUnprivilegedContainerStartsFromAFullSetWhateverItsHostHas() {
        Snapshot snapshot =
                degraded()
                        .startedAt(java.time.Instant.EPOCH.minusSeconds(1))
                        .hostBounding(CapabilitySet.of("sys_admin"))
                        .draw();
        Plan plan = Planner.plan(snapshot, Request.HEALTHY).orElseThrow();
        assertThat(plan.bounding()).isEqualTo(CapabilitySet.upTo(40).minus(plan.drop()));
    }

    @Test
    void aSliceOfWhatWasStartedByHandIsNotTheBoots() {
        Snapshot snapshot =
                new Sketch()
                        .loaded("system-foo.slice", "active", "active", Dependencies.NONE)
                        .draw();
        Forecast forecast = Planner.plan(snapshot, drop("sys_rawio")).orElseThrow().forecast();
        assertThat(forecast.effect("system-foo.slice")).isNull();
    }

    @Test
    void aSliceThatNothingUsesStaysAway() {
        Snapshot snapshot =
                new Sketch()
                        .loaded("system-sshd.slice", "inactive", "dead", Dependencies.NONE)
                        .draw();
        Forecast forecast = Planner.plan(snapshot, drop("sys_rawio")).orElseThrow().forecast();
        assertThat(forecast.effect("system-sshd.slice")).isNull();
    }

    @Test
    void ofAStoppedContainerOnlyWhatIsNamedIsDropped() {
        Snapshot drawn = new Sketch().config("lxc.cap.drop = mknod\n").draw();
        Snapshot stopped =
                Snapshot.of(drawn.takenAt(), drawn.container(), drawn.host())
                        .with(drawn.configuration());
        Plan plan = Planner.plan(stopped, drop("mknod", "sys_rawio")).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_rawio"));
        assertThat(plan.forecast()).isEqualTo(Forecast.NONE);
        assertThat(plan.edit()).isNotNull();
        assertThat(plan.edit().changes()).isTrue();
        assertThat(Planner.plan(stopped, Request.HEALTHY))
                .isEqualTo(
                        new Planner.Refused<>(
                                new Refusal.UnitsUnknown(
                                        "nothing is known of the units of 'lxc:c1', which is"
                                                + " stopped",
                                        true)));
    }

    @Test
    void whereNothingIsKnownOfUnitsAConfigurationThatDoesNotLoadIsTheReasonToSay() {
        Snapshot drawn = new Sketch().config("lxc.cap.drop = none_such\n").draw();
        Snapshot silent =
                Snapshot.of(drawn.takenAt(), drawn.container(), drawn.host())
                        .with(drawn.configuration());
        assertThat(Planner.plan(silent, Request.HEALTHY))
                .isInstanceOfSatisfying(
                        Planner.Refused.class,
                        refused ->
                                assertThat(refused.why())
                                        .asString()
                                        .contains("NotLoaded", Sketch.CONFIG, "none_such"));
    }

    @Test
    void ofAContainerWithoutSystemdOnlyWhatIsNamedIsDropped() {
        Snapshot drawn = new Sketch().draw();
        Snapshot silent =
                Snapshot.of(drawn.takenAt(), drawn.container(), drawn.host())
                        .with(drawn.configuration())
                        .with(drawn.init())
                        .withProblems(List.of("PID 1 is '/bin/sleep', not systemd"));
        Plan plan = Planner.plan(silent, drop("sys_rawio")).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_rawio"));
        assertThat(plan.forecast()).isEqualTo(Forecast.NONE);
        assertThat(plan.remarks().blind()).contains("not systemd");
        assertThat(Planner.plan(silent, Request.HEALTHY))
                .isEqualTo(
                        new Planner.Refused<>(
                                new Refusal.UnitsUnknown(
                                        "nothing is known of the units of 'lxc:c1', which runs:"
                                                + " PID 1 is '/bin/sleep', not systemd",
                                        false)));
    }

    @Test
    void whatIsDroppedAndKeptAtOnceIsRefused() {
        CapabilitySet rawio = CapabilitySet.of("sys_rawio");
        assertThatThrownBy(() -> new Request(Goal.HEALTHY, rawio, rawio, Set.of()))
                .hasMessage("'sys_rawio' is named both to be dropped and to be kept");
    }

    @Test
    void aContainerThatNamesTooManyCapabilitiesIsRefusedInOneSentence() {
        Sketch sketch = new Sketch();
        int units = 0;
        for (Capability capability : CapabilitySet.upTo(40)) {
            sketch.wanted(
                    "u" + units++ + ".service",
                    "failed",
                    "failed",
                    needs(capability.upperName(), SUCCEEDED));
        }
        assertThat(Planner.plan(sketch.draw(), Request.HEALTHY))
                .isEqualTo(new Planner.Refused<>(new Refusal.TooMuchToTry(18, 18)));
    }

    @Test
    void tenCapabilitiesAreTriedInEachCombinationAndOneOfTheCheapestIsEnough() {
        List<String> names =
                List.of(
                        "CAP_LEASE",
                        "CAP_MKNOD",
                        "CAP_SYS_MODULE",
                        "CAP_SYS_RAWIO",
                        "CAP_SYS_PACCT",
                        "CAP_SYSLOG",
                        "CAP_AUDIT_WRITE",
                        "CAP_AUDIT_CONTROL",
                        "CAP_BPF",
                        "CAP_PERFMON");
        Condition.Tested[] rows =
                names.stream().map(name -> needs(name, SUCCEEDED)).toArray(Condition.Tested[]::new);
        Snapshot snapshot = new Sketch().wanted("all.service", "failed", "failed", rows).draw();
        assertThat(Planner.plan(snapshot, Request.HEALTHY).orElseThrow().drop())
                .isEqualTo(CapabilitySet.of("sys_module"));
    }

    /// Each can be healed, and both cannot: the one where a capability goes, the other where it
    /// stays.
    @Test
    void ofTwoThatCannotBothBeHealedTheOtherIsTheReason() {
        Condition.Tested withoutRawio =
                new Condition.Tested(
                        new Condition("Capability", true, true, "CAP_SYS_RAWIO"), FAILED);
        Snapshot snapshot =
                new Sketch()
                        .wanted("a.service", "failed", "failed", RAWIO)
                        .wanted(
                                "b.service",
                                "failed",
                                "failed",
                                withoutRawio,
                                trigger("CAP_SYS_MODULE"))
                        .draw();
        Plan plan = Planner.plan(snapshot, Request.HEALTHY).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_module"));
        Conflict conflict = plan.conflicts().getFirst();
        assertThat(conflict.heals()).containsExactly("a.service", "b.service");
        assertThat(conflict.loses()).isEmpty();
        assertThat(conflict.capabilities()).isEqualTo(CapabilitySet.of("sys_module", "sys_rawio"));
    }

    @Test
    void aFailedUnitWhoseFilesHaveChangedSinceIsNoReasonForADrop() {
        Snapshot drawn = degraded().draw();
        List<UnitState> units = new ArrayList<>();
        for (UnitState unit : requireNonNull(drawn.systemd()).units()) {
            units.add(unit.name().equals("sys-kernel-debug.mount") ? edited(unit) : unit);
        }
        Snapshot changed = drawn.with(requireNonNull(drawn.systemd()).with(units));
        Plan plan = Planner.plan(changed, Request.HEALTHY).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_module"));
        assertThat(plan.remarks().waiting())
                .contains("the files of 1 of its units changed since systemd read them");
    }

    private static UnitState edited(UnitState unit) {
        UnitDetail old = unit.detail();
        UnitDetail.Files files =
                new UnitDetail.Files(old.files().fragment(), List.of(), "static", true, false);
        return unit.with(
                new UnitDetail(
                        old.aliases(),
                        files,
                        old.activation(),
                        old.asserts(),
                        old.dependencies(),
                        old.exit(),
                        old.settings(),
                        null));
    }

    @Test
    void whereNothingIsForecastItIsSaidOfEachCapabilityWhatTheKernelMakesOfIt() {
        for (boolean privileged : List.of(false, true)) {
            Sketch sketch = privileged ? new Sketch().privileged() : new Sketch();
            Snapshot drawn = sketch.draw();
            Snapshot silent =
                    Snapshot.of(drawn.takenAt(), drawn.container(), drawn.host())
                            .with(drawn.configuration())
                            .with(drawn.init());
            String refusal = requireNonNull(Capability.of("sys_rawio").knowledge()).refusal();
            assertThat(refusal).isNotEmpty();
            assertThat(Planner.plan(silent, drop("sys_rawio")).orElseThrow().weighing().reasons())
                    .containsExactly(
                            new Plan.Reason(
                                    Capability.of("sys_rawio"),
                                    List.of(),
                                    true,
                                    privileged ? "" : refusal));
        }
    }

    @Test
    void whereNotAllUnitsWereReadNothingIsForecastAndItIsSaidWhy() {
        Snapshot drawn = degraded().draw();
        String why = "3 of 5 units were not read whole";
        Snapshot partial =
                drawn.withProblems(List.of(why))
                        .withUnread(
                                List.of(
                                        new Unread(
                                                Unread.Part.UNITS, List.of("dbus.service"), why)));
        Plan plan = Planner.plan(partial, drop("sys_rawio")).orElseThrow();
        assertThat(plan.forecast()).isEqualTo(Forecast.NONE);
        assertThat(plan.remarks().blind())
                .isEqualTo("not enough is known of the units of 'lxc:c1', which runs: " + why);
    }

    @Test
    void theWordsOfGoalsAndReasonsAreThoseOfTheCommandLineAndOfJson() {
        assertThat(Goal.values())
                .extracting(Goal::word)
                .containsExactly("none", "healthy", "inert", "new", "least");
        assertThat(Kept.By.values())
                .extracting(Kept.By::word)
                .containsExactly(
                        "request", "kernel", "runtime", "engine", "file", "use", "systemd", "unit");
        assertThat(StartReview.VainStart.Evidence.values())
                .extracting(StartReview.VainStart.Evidence::word)
                .containsExactly("kernel", "journal", "none");
    }

    @Test
    void whatHasEndedAndWouldBeginToFailIsALoss() {
        Snapshot snapshot =
                new Sketch()
                        .wanted("once.service", "inactive", "dead")
                        .withLines("Type=oneshot", "User=u", "ExecStart=/x")
                        .draw();
        Plan plan = Planner.plan(snapshot, drop("setgid")).orElseThrow();
        assertThat(plan.refused()).isTrue();
        assertThat(plan.conflicts().getFirst().loses()).containsExactly("once.service");
    }

    @Test
    void whatADropWouldStartIsNoReasonNotToHeal() {
        Condition.Tested without =
                new Condition.Tested(
                        new Condition("Capability", false, true, "CAP_SYS_RAWIO"), FAILED);
        Snapshot snapshot =
                degraded().wanted("fallback.service", "inactive", "dead", without).draw();
        Plan plan = Planner.plan(snapshot, Request.HEALTHY).orElseThrow();
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_rawio", "sys_module"));
        assertThat(plan.conflicts()).isEmpty();
    }

    @Test
    void whatWaitsForTheRestartBesideTheDropIsSaid() {
        Snapshot drawn =
                degraded()
                        .startedAt(java.time.Instant.EPOCH.minusSeconds(1))
                        .bounding(CapabilitySet.upTo(40).minus(CapabilitySet.of("sys_time")))
                        .config("lxc.cap.drop = net_raw mknod\n")
                        .draw();
        Init init = requireNonNull(drawn.init());
        Snapshot upgraded =
                drawn.with(
                        new Init(
                                init.pid(),
                                init.startedAt(),
                                init.unprivileged(),
                                init.bounding(),
                                true));
        assertThat(Planner.plan(upgraded, drop("sys_rawio")).orElseThrow().remarks().waiting())
                .containsExactly(
                        "the configuration was edited after the container started",
                        "the configuration drops or keeps other capabilities than the running"
                                + " container: -net_raw -mknod +sys_time",
                        "its systemd was upgraded and still runs the old program");
    }

    @Test
    void whatADropCostsIsToldAlsoWithoutAPlan() {
        Snapshot snapshot = new Sketch().wanted("chrony.service", "active", "running", TIME).draw();
        assertThat(Planner.costs(snapshot, CapabilitySet.of("sys_time")))
                .containsExactly("chrony.service");
        assertThat(Planner.costs(snapshot, CapabilitySet.of("sys_rawio"))).isEmpty();
        Snapshot blind =
                Snapshot.of(snapshot.takenAt(), snapshot.container(), snapshot.host())
                        .with(snapshot.configuration());
        assertThat(Planner.costs(blind, CapabilitySet.of("sys_time"))).isEmpty();
    }
}
