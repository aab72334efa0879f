package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The main job, as an administrator does it: degraded, why, the plan, running, and back.
@NeedsContainers
final class MainJobTest {
    private static final Pattern FORECAST =
            Pattern.compile("(?m)^forecast ([0-9]+) units, ([0-9]+) as forecast$");

    @TempDir Path state = Path.of("");
    private final Bench bench = Bench.shared();

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FORKY")
    void aDegradedContainerIsHealedAsForecastAndBroughtBackByteForByte(Suite suite)
            throws IOException {
        try (LabContainer container = bench.make(suite, Privilege.UNPRIVILEGED)) {
            assertThat(container.boot()).isEqualTo("degraded");
            Tool tool = Tool.of(bench, state);
            String before = container.config();
            checkNamesEachUnitWithItsCause(tool, container, suite);
            planDropsExactlyWhatHeals(tool, container, suite);
            applyEndsRunning(tool, container);
            assertThat(container.config()).isEqualTo(before + dropLine(suite));
            assertThat(tool.run("check", container.name()).exit()).isZero();
            undoEndsDegraded(tool, container);
            assertThat(container.config()).isEqualTo(before);
            assertThat(tool.run("check", container.name()).exit()).isEqualTo(1);
        }
    }

    @Test
    void aPrivilegedContainerIsHealthyAndStaysAsItIs() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.PRIVILEGED)) {
            assertThat(container.boot()).isEqualTo("running");
            Tool tool = Tool.of(bench, state);
            String before = container.config();
            long init = container.initPid();
            Command.Result check = tool.run("check", container.name());
            assertThat(check.exit()).isZero();
            assertThat(check.out()).isEqualTo("lxc:" + container.name() + "  running\n");
            Command.Result apply = tool.run("apply", container.name(), "--yes");
            assertThat(apply.exit()).isZero();
            assertThat(apply.err()).contains("nothing to do");
            assertThat(apply.out()).doesNotContain("also takes effect with the restart");
            assertThat(container.config()).isEqualTo(before);
            assertThat(container.initPid()).isEqualTo(init);
        }
    }

    private static void checkNamesEachUnitWithItsCause(
            Tool tool, LabContainer container, Suite suite) {
        Command.Result check = tool.run("check", container.name());
        assertThat(check.exit()).isEqualTo(1);
        assertThat(check.out()).contains("degraded").containsPattern("fix:\\s+capdrop apply lxc:");
        for (Trouble trouble : troubles(suite)) {
            assertThat(check.out()).contains(trouble.unit()).contains(trouble.capability());
            assertThat(check.out())
                    .containsPattern(
                            "/lib/systemd/system/"
                                    + trouble.unit()
                                    + ":[0-9]+: ConditionCapability="
                                    + trouble.capability());
        }
        assertThat(container.failedUnits())
                .containsExactlyInAnyOrderElementsOf(
                        troubles(suite).stream().map(Trouble::unit).toList());
    }

    private static void planDropsExactlyWhatHeals(Tool tool, LabContainer container, Suite suite)
            throws IOException {
        String before = container.config();
        Command.Result plan = tool.run("plan", container.name());
        assertThat(plan.out())
                .startsWith("lxc:" + container.name() + "  drop " + names(suite) + ": ")
                .contains("\n+" + dropLine(suite));
        assertThat(container.config()).isEqualTo(before);
    }

    private static void applyEndsRunning(Tool tool, LabContainer container) {
        long init = container.initPid();
        Command.Result apply = tool.run("apply", container.name(), "--yes");
        assertThat(apply.exit()).as(apply.toString()).isZero();
        assertThat(apply.out()).endsWith("verdict: better, the container is running\n");
        assertAllAsForecast(apply);
        assertThat(container.initPid()).isNotEqualTo(init);
        assertThat(container.settled()).isEqualTo("running");
        assertThat(container.failedUnits()).isEmpty();
    }

    private static void undoEndsDegraded(Tool tool, LabContainer container) {
        Command.Result undo = tool.run("undo", container.name(), "--yes");
        assertThat(undo.exit()).as(undo.toString()).isZero();
        assertThat(undo.out()).contains("the container is degraded");
        assertAllAsForecast(undo);
        assertThat(container.settled()).isEqualTo("degraded");
    }

    static void assertAllAsForecast(Command.Result result) {
        Matcher said = FORECAST.matcher(result.out());
        assertThat(said.find()).as(result.toString()).isTrue();
        assertThat(said.group(2)).as(result.toString()).isEqualTo(said.group(1));
        assertThat(Integer.parseInt(said.group(1))).isGreaterThan(50);
    }

    private static String dropLine(Suite suite) {
        return "lxc.cap.drop = " + names(suite) + "\n";
    }

    private static String names(Suite suite) {
        return switch (suite) {
            case BULLSEYE -> "sys_rawio audit_read";
            case BOOKWORM -> "sys_rawio";
            case TRIXIE, FORKY -> "sys_module sys_rawio";
        };
    }

    private static List<Trouble> troubles(Suite suite) {
        Trouble debug = new Trouble("sys-kernel-debug.mount", "CAP_SYS_RAWIO");
        return switch (suite) {
            case BULLSEYE ->
                    List.of(debug, new Trouble("systemd-journald-audit.socket", "CAP_AUDIT_READ"));
            case BOOKWORM -> List.of(debug);
            case TRIXIE, FORKY ->
                    List.of(debug, new Trouble("systemd-modules-load.service", "CAP_SYS_MODULE"));
        };
    }

    /// A unit that fails and the capability that lets it start.
    private record Trouble(String unit, String capability) {}
}
