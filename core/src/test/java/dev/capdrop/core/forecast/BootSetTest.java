package dev.capdrop.core.forecast;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.forecast.Forecast.RestartLoss;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitDetail.Activation;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// What a boot starts, what is simply there, and what somebody has started since.
class BootSetTest {
    private static Forecast over(Snapshot snapshot) {
        return Forecaster.over(snapshot)
                .forecast(CapabilitySet.upTo(40).minus(CapabilitySet.of("sys_rawio")));
    }

    private static Outcome after(Forecast forecast, String unit) {
        return requireNonNull(forecast.effect(unit), unit).after();
    }

    private static Snapshot change(Snapshot snapshot, String name, UnaryOperator<UnitState> to) {
        Systemd systemd = requireNonNull(snapshot.systemd());
        List<UnitState> units =
                systemd.units().stream()
                        .map(unit -> unit.name().equals(name) ? to.apply(unit) : unit)
                        .toList();
        return snapshot.with(systemd.with(units));
    }

    private static UnitState unread(UnitState unit) {
        return unit.with(UnitDetail.UNREAD);
    }

    private static UnaryOperator<UnitState> activated(
            long condition, long activated, long deactivated) {
        return unit -> {
            UnitDetail old = unit.detail();
            return unit.with(
                    new UnitDetail(
                            old.aliases(),
                            old.files(),
                            new Activation(true, condition, activated, deactivated),
                            old.asserts(),
                            old.dependencies(),
                            old.exit(),
                            old.settings(),
                            null));
        };
    }

    private static UnitState edited(UnitState unit) {
        UnitDetail old = unit.detail();
        return unit.with(
                new UnitDetail(
                        old.aliases(),
                        new UnitDetail.Files(
                                old.files().fragment(), List.of(), "static", true, false),
                        old.activation(),
                        old.asserts(),
                        old.dependencies(),
                        old.exit(),
                        old.settings(),
                        null));
    }

    @Test
    void whatNoBootStartsIsLostAndItIsSaidWhoHadStartedIt() {
        Sketch sketch =
                new Sketch()
                        .loaded("hand.service", "active", "running", Dependencies.NONE)
                        .loaded("session-3.scope", "active", "running", Dependencies.NONE)
                        .loaded("user@1000.service", "active", "running", Dependencies.NONE)
                        .loaded(
                                "clean.service",
                                "active",
                                "running",
                                Sketch.triggeredBy("clean.timer"),
                                Sketch.needs("CAP_SYS_RAWIO", Condition.Result.SUCCEEDED));
        assertThat(over(sketch.draw()).lostByRestart())
                .extracting(RestartLoss::unit, RestartLoss::why, RestartLoss::refusedByDrop)
                .containsExactlyInAnyOrder(
                        tuple("hand.service", "was started by hand or on demand", false),
                        tuple("session-3.scope", "belongs to a login session", false),
                        tuple("user@1000.service", "belongs to a login session", false),
                        tuple("clean.service", "was started by clean.timer", true));
    }

    private static UnaryOperator<UnitState> loadedAs(String word) {
        return unit ->
                new UnitState(
                        unit.name(),
                        word,
                        unit.activeState(),
                        unit.subState(),
                        unit.conditions(),
                        unit.detail());
    }

    @Test
    void whatRunsAndHasNoFileAnyMoreIsGoneAfterTheRestart() {
        Snapshot drawn =
                new Sketch()
                        .running("removed.service")
                        .wanted("down.service", "inactive", "dead")
                        .draw();
        Snapshot removed = change(drawn, "removed.service", loadedAs("not-found"));
        Forecast forecast = over(change(removed, "down.service", loadedAs("masked")));
        assertThat(forecast.lostByRestart())
                .containsExactly(
                        new RestartLoss(
                                GeneralRule.UNIT_GONE,
                                "removed.service",
                                "its unit is not-found by now",
                                false));
        assertThat(forecast.effect("down.service")).isNull();
        assertThat(forecast.undecided()).isEmpty();
    }

    @Test
    void aUnitOfWhichNotAllFilesWereReadIsLeftOpen() {
        Snapshot drawn = new Sketch().running("a.service").draw();
        assertThat(over(change(drawn, "a.service", loadedAs("unread"))).undecided())
                .extracting(
                        Undecided::unit, Undecided::byDrop, Undecided::why, Undecided::settledBy)
                .containsExactly(
                        tuple(
                                "a.service",
                                false,
                                "not all of its files were read",
                                "all of its files"));
    }

    @Test
    void whereTheDefaultTargetWasNotReadAllButSessionsIsTakenForTheBoots() {
        Snapshot drawn =
                new Sketch()
                        .loaded("hand.service", "active", "running", Dependencies.NONE)
                        .loaded("session-3.scope", "active", "running", Dependencies.NONE)
                        .draw();
        Forecast forecast = over(change(drawn, "multi-user.target", BootSetTest::unread));
        assertThat(after(forecast, "hand.service")).isEqualTo(Outcome.ACTIVE);
        assertThat(forecast.lostByRestart())
                .extracting(RestartLoss::unit)
                .containsExactly("session-3.scope");
    }

    /// What it requires may have been in the way, and no longer be so.
    @Test
    void whatThisBootDidNotComeToIsNoneOfItsUnlessARequiredUnitFailed() {
        Condition.Tested rawIo = Sketch.needs("CAP_SYS_RAWIO", Condition.Result.UNTESTED);
        Snapshot drawn =
                new Sketch()
                        .untried("timed.service", Sketch.triggeredBy("week.timer"), rawIo)
                        .wanted("bad.mount", "failed", "failed")
                        .untried(
                                "kept.service",
                                Dependencies.NONE.with(Dependency.REQUIRES, "bad.mount"),
                                rawIo)
                        .untried(
                                "lonely.service",
                                Dependencies.NONE.with(Dependency.REQUIRES, "none.service"),
                                rawIo)
                        .wanted("ended.service", "inactive", "dead")
                        .untried(
                                "behind.service",
                                Dependencies.NONE.with(Dependency.REQUIRES, "ended.service"),
                                rawIo)
                        .draw();
        Forecast forecast = over(change(drawn, "multi-user.target", BootSetTest::unread));
        assertThat(forecast.effect("timed.service")).isNull();
        for (String kept : List.of("kept.service", "lonely.service", "behind.service")) {
            assertThat(after(forecast, kept)).isEqualTo(Outcome.SKIPPED);
        }
    }

    /// A target that cannot be isolated starts nothing for a mount that is there: what one boot did
    /// not come to the next one does not, either.
    @Test
    void whatOnlyAMountThatIsThereRequiresIsStartedWhereThisBootCameToIt() {
        String loader = "modprobe@fuse.service";
        Snapshot drawn =
                new Sketch()
                        .given("fuse.mount", Dependencies.NONE.with(Dependency.REQUIRES, loader))
                        .wanted("a.service", "active", "running")
                        .idle(
                                loader,
                                Dependencies.NONE,
                                Sketch.needs("CAP_SYS_RAWIO", Condition.Result.UNTESTED))
                        .draw();
        Dependencies pulling = Dependencies.NONE.with(Dependency.WANTS, "fuse.mount");
        Snapshot pulled = change(drawn, "a.service", unit -> linked(unit, pulling));
        assertThat(over(pulled).effect(loader)).isNull();
        Snapshot tried = change(pulled, loader, activated(10, 0, 0));
        assertThat(after(over(tried), loader)).isEqualTo(Outcome.SKIPPED);
    }

    private static UnitState linked(UnitState unit, Dependencies links) {
        UnitDetail old = unit.detail();
        return unit.with(
                new UnitDetail(
                        old.aliases(),
                        old.files(),
                        old.activation(),
                        old.asserts(),
                        links,
                        old.exit(),
                        old.settings(),
                        null));
    }

    @Test
    void aMountThatCameWithTheContainerComesAgainAndOneThatWasMadeSinceDoesNot() {
        Snapshot drawn = new Sketch().given("data.mount").draw();
        for (long boot : List.of(0L, 50L, 100L)) {
            Forecast forecast = over(change(drawn, "data.mount", activated(0, boot, 0)));
            assertThat(after(forecast, "data.mount")).isEqualTo(Outcome.ACTIVE);
            assertThat(forecast.lostByRestart()).isEmpty();
        }
        Forecast since = over(change(drawn, "data.mount", activated(0, 101, 0)));
        assertThat(since.lostByRestart())
                .extracting(RestartLoss::unit)
                .containsExactly("data.mount");
        Forecast unread = over(change(drawn, "data.mount", BootSetTest::unread));
        assertThat(unread.effect("data.mount")).isNull();
    }

    @Test
    void whatPid1MakesByItselfIsThere() {
        Sketch sketch =
                new Sketch()
                        .loaded("-.slice", "active", "active", Dependencies.NONE)
                        .loaded("init.scope", "active", "running", Dependencies.NONE)
                        .loaded("other.scope", "active", "running", Dependencies.NONE);
        Forecast forecast = over(sketch.draw());
        assertThat(after(forecast, "-.slice")).isEqualTo(Outcome.ACTIVE);
        assertThat(after(forecast, "init.scope")).isEqualTo(Outcome.ACTIVE);
        assertThat(forecast.lostByRestart())
                .extracting(RestartLoss::unit)
                .containsExactly("other.scope");
    }

    @Test
    void aMountThatIsWantedAndWasNeverTriedIsNotSimplyThere() {
        Forecast forecast = over(new Sketch().untried("data.mount", Dependencies.NONE).draw());
        assertThat(forecast.undecided())
                .extracting(Undecided::unit, Undecided::why)
                .containsExactly(tuple("data.mount", "this boot has not tried to start it"));
    }

    @Test
    void whatABootHasAskedAndNotStartedIsNotStartedAgain() {
        Snapshot drawn = new Sketch().untried("a.service", Dependencies.NONE).draw();
        Forecast forecast = over(change(drawn, "a.service", activated(10, 0, 0)));
        assertThat(after(forecast, "a.service")).isEqualTo(Outcome.NOT_STARTED);
    }

    @Test
    void whatWasEditedSinceSystemdReadItIsLeftOpenUntilItIsReadAgain() {
        Snapshot drawn = new Sketch().running("a.service").running("b.service").draw();
        Forecast forecast = over(change(drawn, "a.service", BootSetTest::edited));
        assertThat(forecast.undecided())
                .extracting(Undecided::unit, Undecided::byDrop, Undecided::settledBy)
                .containsExactly(tuple("a.service", false, "systemctl daemon-reload"));
        assertThat(after(forecast, "b.service")).isEqualTo(Outcome.ACTIVE);
    }

    /// The last reading shows what became of it by then, not what the boot made of it.
    @Test
    void whatEndedAfterTheBootIsLeftOpenAndWhatEndedInItEndsAgain() {
        for (long end : List.of(90L, 100L, 101L)) {
            Snapshot drawn = new Sketch().wanted("a.service", "inactive", "dead").draw();
            Forecast forecast = over(change(drawn, "a.service", activated(10, 10, end)));
            if (end <= 100) {
                assertThat(after(forecast, "a.service")).isEqualTo(Outcome.INACTIVE);
            } else {
                assertThat(forecast.undecided())
                        .extracting(Undecided::why)
                        .containsExactly("it ended after the boot; the restart starts it again");
            }
        }
    }

    @Test
    void whatFailedAfterTheBootIsLeftOpenAndWhatFailedInItFailsAgain() {
        Snapshot drawn =
                new Sketch().wanted("a.service", "failed", "failed").exitedWith(226).draw();
        assertThat(over(change(drawn, "a.service", activated(10, 10, 101))).undecided())
                .extracting(Undecided::rule)
                .containsExactly(GeneralRule.ENDED_LATER);
        assertThat(after(over(change(drawn, "a.service", activated(10, 10, 90))), "a.service"))
                .isEqualTo(Outcome.FAILED);
    }

    @Test
    void ofACircleNothingIsLeftOutThatTheDefaultTargetRequires() {
        Snapshot drawn =
                new Sketch()
                        .wanted(
                                "a.target",
                                "active",
                                "active",
                                Dependencies.NONE.with(Dependency.AFTER, "b.target"))
                        .wanted(
                                "b.target",
                                "active",
                                "active",
                                Dependencies.NONE.with(Dependency.AFTER, "a.target"))
                        .draw();
        assertThat(over(drawn).undecided())
                .extracting(Undecided::unit, Undecided::rule)
                .containsExactly(
                        tuple("a.target", GeneralRule.CIRCLE),
                        tuple("b.target", GeneralRule.CIRCLE));
        Dependencies requiring =
                Dependencies.NONE
                        .with(Dependency.WANTS, "b.target")
                        .with(Dependency.REQUIRES, "a.target");
        UnitDetail target =
                new UnitDetail(
                        List.of(),
                        UnitDetail.Files.NONE,
                        new Activation(true, 10, 10, 0),
                        List.of(),
                        requiring,
                        null,
                        List.of(),
                        null);
        Forecast forecast = over(change(drawn, "multi-user.target", unit -> unit.with(target)));
        assertThat(after(forecast, "a.target")).isEqualTo(Outcome.ACTIVE);
        assertThat(forecast.undecided()).extracting(Undecided::unit).containsExactly("b.target");
    }

    @Test
    void aSocketThatIsDownWasStoppedAndTheRestartStartsItAgain() {
        Forecast forecast = over(new Sketch().wanted("a.socket", "inactive", "dead").draw());
        assertThat(forecast.undecided()).extracting(Undecided::unit).containsExactly("a.socket");
    }

    @Test
    void whatHasFailedAndNoBootStartsIsLeftOpenUntilItsNextStart() {
        Sketch sketch =
                new Sketch()
                        .loaded("a.service", "failed", "failed", Dependencies.NONE)
                        .loaded(
                                "b.service",
                                "failed",
                                "failed",
                                Dependencies.NONE,
                                Sketch.needs("CAP_SYS_RAWIO", Condition.Result.SUCCEEDED));
        assertThat(over(sketch.draw()).undecided())
                .extracting(
                        Undecided::unit, Undecided::byDrop, Undecided::why, Undecided::settledBy)
                .containsExactly(
                        tuple("a.service", false, "no boot starts it", "its next start"),
                        tuple(
                                "b.service",
                                true,
                                "no boot starts it; its next start will be skipped",
                                "its next start"));
    }

    /// A boot that goes on has no end after which anything could have ended.
    @Test
    void inABootThatHasNotEndedNothingEndedAfterIt() {
        Snapshot drawn = new Sketch().wanted("a.service", "inactive", "dead").draw();
        Systemd systemd = requireNonNull(drawn.systemd());
        Systemd.Manager old = systemd.manager();
        Systemd starting =
                new Systemd(
                        new Systemd.Manager(
                                "starting",
                                old.version(),
                                old.jobs(),
                                old.startedMicros(),
                                0,
                                old.defaultTarget()),
                        systemd.source(),
                        systemd.units(),
                        systemd.nextBoot(),
                        systemd.busActivated(),
                        systemd.busConnected(),
                        systemd.rivals(),
                        systemd.queue());
        Forecast forecast = over(change(drawn.with(starting), "a.service", activated(10, 10, 90)));
        assertThat(after(forecast, "a.service")).isEqualTo(Outcome.INACTIVE);
    }

    @Test
    void onlyAForecastOfNothingIsEmpty() {
        assertThat(Forecast.NONE.isEmpty()).isTrue();
        assertThat(over(new Sketch().running("a.service").draw()).isEmpty()).isFalse();
        Forecast open =
                new Forecast(
                        List.of(),
                        List.of(
                                new Undecided(
                                        GeneralRule.LOOPS,
                                        "a.service",
                                        Outcome.ACTIVE,
                                        true,
                                        CapabilitySet.EMPTY,
                                        Why.NONE,
                                        "")),
                        List.of(),
                        List.of(),
                        Why.NONE);
        assertThat(open.isEmpty()).isFalse();
        Forecast lost =
                new Forecast(
                        List.of(),
                        List.of(),
                        List.of(new RestartLoss(GeneralRule.NOT_IN_BOOT, "a.service", "", false)),
                        List.of(),
                        Why.NONE);
        assertThat(lost.isEmpty()).isFalse();
    }

    @Test
    void whatBecomesOfAUnitIsSaidInASentence() {
        Snapshot drawn =
                new Sketch()
                        .running("a.service", "User=u", "CapabilityBoundingSet=CAP_CHOWN")
                        .running("b.service")
                        .loaded("c.service", "active", "running", Dependencies.NONE)
                        .wanted("d.target", "active", "active")
                        .draw();
        Forecast forecast =
                Forecaster.over(drawn)
                        .forecast(CapabilitySet.upTo(40).minus(CapabilitySet.of("setgid")));
        assertThat(forecast.fate("a.service"))
                .startsWith("a.service would be failed with 216/GROUP: ");
        assertThat(forecast.fate("b.service"))
                .startsWith("what becomes of b.service could not be said: ");
        assertThat(forecast.fate("c.service")).isEqualTo("c.service would not start again");
        assertThat(forecast.unchanged()).isEqualTo(2);
        assertThat(forecast.settled("b.service"::equals).undecided()).isEmpty();
        assertThat(forecast.settled("c.service"::equals)).isEqualTo(forecast);
    }
}
