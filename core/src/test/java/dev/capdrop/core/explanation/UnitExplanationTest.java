package dev.capdrop.core.explanation;

import static dev.capdrop.core.condition.Condition.Result.FAILED;
import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.condition.Condition.Result.UNTESTED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static dev.capdrop.core.forecast.Sketch.row;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Execve;
import dev.capdrop.core.explanation.UnitExplanation.Ground;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.Programs.ProgramFile.Reading;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UnitExplanationTest {
    /// `cap_net_raw+ep`, version 2.
    private static final String NET_RAW_EP = "0100000200200000000000000000000000000000";

    private static UnitExplanation explain(Sketch sketch, String unit) {
        return requireNonNull(UnitExplanation.of(sketch.draw(), unit, TimeLimit.NONE));
    }

    @Test
    void ofAFailedUnitTheConditionOnTheInertCapabilityDecides() {
        Sketch sketch =
                new Sketch()
                        .wanted(
                                "debug.mount",
                                "failed",
                                "failed",
                                row("PathExists", "/sys/kernel/debug", SUCCEEDED),
                                needs("CAP_SYS_RAWIO", SUCCEEDED));
        UnitExplanation unit = explain(sketch, "debug.mount");
        assertThat(unit.ground()).isInstanceOf(Ground.Failure.class);
        assertThat(unit.tests().conditions())
                .extracting(UnitExplanation.TestedLine::decides)
                .containsExactly(false, true);
        UnitExplanation.TestedLine deciding = unit.tests().conditions().getLast();
        assertThat(requireNonNull(deciding.line()).line()).isEqualTo(17);
        assertThat(deciding.standing())
                .isEqualTo(
                        new UnitExplanation.TestedLine.Standing(
                                Capability.of("sys_rawio"), true, false, true));
        assertThat(unit.drops().changing())
                .contains(
                        new UnitExplanation.DropForecast(
                                GeneralRule.CONDITIONS,
                                CapabilitySet.of("sys_rawio"),
                                Outcome.SKIPPED,
                                0,
                                "ConditionCapability=CAP_SYS_RAWIO does not hold",
                                List.of()));
    }

    @Test
    void ofASkippedUnitTheFirstThatFailsDecides() {
        Sketch sketch =
                new Sketch()
                        .wanted(
                                "chrony.service",
                                "inactive",
                                "dead",
                                needs("CAP_SYS_TIME", FAILED),
                                row("PathExists", "/etc/chrony", UNTESTED));
        UnitExplanation unit = explain(sketch, "chrony.service");
        assertThat(unit.ground()).isEqualTo(new Ground.Conditions());
        assertThat(unit.tests().conditions())
                .extracting(UnitExplanation.TestedLine::decides)
                .containsExactly(true, false);
    }

    @Test
    void whoPullsItInIsNamed() {
        Sketch sketch = new Sketch().running("a.service", "Type=simple");
        UnitExplanation unit = explain(sketch, "a.service");
        assertThat(unit.ground()).isEqualTo(new Ground.Started(List.of("multi-user.target")));
        assertThat(unit.relations())
                .containsExactly(
                        new UnitExplanation.Relation(
                                "multi-user.target", Dependency.WANTS, Outcome.ACTIVE));
    }

    @Test
    void whatNobodyStartsIsToldFromWhatWasNotTried() {
        Sketch sketch =
                new Sketch()
                        .enabledSince("new.service")
                        .loaded("idle.service", "inactive", "dead", Dependencies.NONE);
        assertThat(explain(sketch, "new.service").ground())
                .isEqualTo(new Ground.NotTried(List.of("multi-user.target")));
    }

    @Test
    void aUnitThatGoesWithItIsNamed() {
        Dependencies binds =
                Dependencies.NONE
                        .with(Dependency.BINDS_TO, "net.service")
                        .with(Dependency.AFTER, "net.service");
        Sketch sketch =
                new Sketch()
                        .wanted(
                                "net.service",
                                "active",
                                "running",
                                needs("CAP_NET_ADMIN", SUCCEEDED))
                        .wanted("bound.service", "active", "running", binds);
        assertThat(explain(sketch, "net.service").drops().changing())
                .anySatisfy(drop -> {
                    assertThat(drop.capabilities().names()).containsExactly("net_admin");
                    assertThat(drop.dependants()).containsExactly("bound.service");
                });
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    User=root,                                            '',         all
                    User=www,                                             '',         none
                    User=www;AmbientCapabilities=CAP_CHOWN,               '',         chown
                    User=www,                                             net_raw,    net_raw
                    User=www;NoNewPrivileges=yes,                         net_raw,    none
                    User=www;LockPersonality=yes,                         net_raw,    none
                    User=www;CapabilityBoundingSet=CAP_CHOWN,             net_raw,    EPERM
                    User=www;AmbientCapabilities=CAP_CHOWN,               net_raw,    net_raw
                    CapabilityBoundingSet=CAP_CHOWN CAP_KILL,             '',         chown kill
                    User=www;CapabilityBoundingSet=CAP_CHOWN;Nice=+,      '',         none
                    """)
    void execveIsSummedUp(String lines, String inFile, String permitted) {
        ProgramFile file =
                new ProgramFile(
                        "/bin/x",
                        Reading.READ,
                        inFile.isEmpty() ? "" : NET_RAW_EP,
                        false,
                        false,
                        100_000);
        Sketch sketch =
                new Sketch()
                        .programs(new Programs(List.of(file), false, List.of()))
                        .running("a.service", (lines + ";ExecStart=/bin/x").split(";"));
        Execve execve =
                requireNonNull(
                        explain(sketch, "a.service").powers().programs().getFirst().execve());
        assertThat(said(execve)).isEqualTo(permitted);
    }

    private static String said(Execve execve) {
        return switch (execve.outcome()) {
            case Execve.Outcome.Refused _ -> "EPERM";
            case Execve.Outcome.Executed executed -> {
                CapabilitySet set = executed.after().capabilities().permitted();
                yield set.isEmpty()
                        ? "none"
                        : set.equals(CapabilitySet.upTo(40)) ? "all" : set.toString();
            }
        };
    }

    @ParameterizedTest
    @CsvSource({
        "/bin/x,false,false",
        "+/bin/x,true,false",
        "!/bin/x,true,false",
        "!!/bin/x,false,true"
    })
    void aPrefixSaysWhoExecutesIt(String command, boolean root, boolean ambient) {
        ProgramFile file = new ProgramFile("/bin/x", Reading.READ, "", false, false, 100_000);
        Sketch sketch =
                new Sketch()
                        .programs(new Programs(List.of(file), false, List.of()))
                        .running(
                                "a.service",
                                "User=www",
                                "AmbientCapabilities=" + (ambient ? "CAP_CHOWN" : ""),
                                "ExecStart=" + command);
        UnitExplanation.ProgramRun run =
                explain(sketch, "a.service").powers().programs().getFirst();
        assertThat(run.byRoot()).isEqualTo(root);
        assertThat(!run.before().capabilities().ambient().isEmpty()).isEqualTo(ambient);
    }

    @Test
    void anUnknownUnitHasNoExplanation() {
        assertThat(UnitExplanation.of(new Sketch().draw(), "nope.service", TimeLimit.NONE))
                .isNull();
    }
}
