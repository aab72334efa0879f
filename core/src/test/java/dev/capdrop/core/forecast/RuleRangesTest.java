package dev.capdrop.core.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Effect.TurnedBy;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.rule.KnownProgram;
import dev.capdrop.core.rule.KnownProgram.Fact;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.rule.Rule.RecordRule;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What a rule changes is definite for the versions of systemd of which it is known, and undecided
/// for all others.
final class RuleRangesTest {
    private static final CapabilitySet ALL = CapabilitySet.upTo(40);

    static Stream<Rule> rules() {
        return Stream.of(
                        List.of(GeneralRule.values()),
                        List.of(RecordRule.values()),
                        KnownProgram.of(Fact.START))
                .flatMap(List::stream);
    }

    private static Forecast decided(Rule rule, Outcome after, Predicate<Rule> known) {
        Snapshot snapshot = new Sketch().running("a.service").draw();
        UnitState unit = Objects.requireNonNull(snapshot.systemd()).units().getFirst();
        Draft draft = new Draft(snapshot.subject(), known);
        draft.decide(rule, unit, after, TurnedBy.DROP, "for a reason");
        return draft.finish(List.of());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aRuleWhoseRangeIsTakenAwayLeavesUndecidedWhatItWouldChange(Rule rule) {
        Forecast without = decided(rule, Outcome.FAILED, other -> !other.equals(rule));
        assertThat(without.effects()).isEmpty();
        assertThat(without.undecided())
                .extracting(Undecided::rule, Undecided::byDrop)
                .containsExactly(tuple(rule, true));
        assertThat(decided(rule, Outcome.FAILED, _ -> true).undecided()).isEmpty();
        assertThat(decided(rule, Outcome.ACTIVE, _ -> false).undecided()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GROUPS,             User=u;Group=g;ExecStart=/x,                     setgid",
        "BOUNDING_SET,       CapabilityBoundingSet=CAP_CHOWN;ExecStart=/x,    setpcap",
        "KEYRING,            User=u;ExecStart=/x,                             setuid",
        "RUNTIME_DIRECTORY,  User=u;RuntimeDirectory=d;ExecStart=/x,          chown",
        "SANDBOX_ROOT,       PrivateTmp=yes;ExecStart=/x,                     sys_chroot"
    })
    void anOldSystemdOfWhichARuleIsNotKnownIsUndecided(
            GeneralRule rule, String lines, String dropped) {
        CapabilitySet left = ALL.minus(CapabilitySet.of(dropped));
        String known = rule == GeneralRule.SANDBOX_ROOT ? "252.39" : "257.8";
        Forecast today = forecast(known, lines, left);
        assertThat(today.changes()).extracting(Effect::rule).containsExactly(rule);
        Forecast old = forecast("239", lines, left);
        assertThat(old.changes()).isEmpty();
        assertThat(old.undecided()).extracting(Undecided::rule).containsExactly(rule);
    }

    private static Forecast forecast(String version, String lines, CapabilitySet left) {
        Sketch sketch = new Sketch().version(version).running("a.service", lines.split(";"));
        return Forecaster.over(sketch.draw()).forecast(left);
    }

    @Test
    void aConditionIsSoOfAnyOfThem() {
        Sketch sketch =
                new Sketch()
                        .version("239")
                        .wanted(
                                "a.mount",
                                "failed",
                                "failed",
                                Sketch.needs("CAP_SYS_RAWIO", Condition.Result.SUCCEEDED));
        Forecast forecast =
                Forecaster.over(sketch.draw()).forecast(ALL.minus(CapabilitySet.of("sys_rawio")));
        assertThat(forecast.changes()).extracting(Effect::after).containsExactly(Outcome.SKIPPED);
    }

    @Test
    void whatRequiresWhatIsUndecidedIsUndecided() {
        Dependencies needs =
                Dependencies.NONE
                        .with(Dependency.REQUIRES, "a.service")
                        .with(Dependency.AFTER, "a.service");
        Sketch sketch =
                new Sketch()
                        .version("239")
                        .running("a.service", "User=u", "ExecStart=/x")
                        .running("b.service", needs, "User=v", "NoNewPrivileges=yes");
        Forecast forecast =
                Forecaster.over(sketch.draw()).forecast(ALL.minus(CapabilitySet.of("setuid")));
        assertThat(forecast.changes()).isEmpty();
        assertThat(forecast.undecided())
                .extracting(Undecided::unit)
                .containsExactlyInAnyOrder("a.service", "b.service");
    }
}
