package dev.capdrop.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import dev.capdrop.cli.check.CheckFinding.Fault;
import dev.capdrop.cli.render.Json;
import dev.capdrop.core.diagnosis.Cause;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `check` for CI systems, on a host in memory; the lab holds both formats against their schemas.
final class CiFormatsTest {
    private final FakeHost host = new FakeHost();
    private final FakeContainer web =
            host.lxc("web").failsWith("sys_rawio", "kdump.service").works("ssh.service");

    private FakeHost.Ran run(int exit, String... words) {
        FakeHost.Ran ran = host.run(words);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(exit);
        return ran;
    }

    private String junit(int exit) {
        return run(exit, "check", "--format", "junit").out();
    }

    private String sarif(int exit) {
        return run(exit, "check", "--format", "sarif").out();
    }

    @Test
    void aFailedUnitIsAFailedTestAndAResultWithItsLineAndTheFix() {
        assertThat(junit(1))
                .contains("<testsuite name=\"lxc:web\" tests=\"1\" failures=\"1\" errors=\"0\"")
                .contains("<testcase classname=\"lxc:web\" name=\"kdump.service\">")
                .contains("<failure type=\"inert-capability\" message=\"starts because")
                .contains("fix: drop sys_rawio: capdrop apply lxc:web")
                .contains("/usr/lib/systemd/system/kdump.service:17: ConditionCapability=");
        assertThat(sarif(1))
                .contains("\"ruleId\" : \"inert-capability\"", "\"startLine\" : 17")
                .contains("\"uri\" : \"usr/lib/systemd/system/kdump.service\"")
                .contains("\"executionSuccessful\" : true");
    }

    @Test
    void aRuleSaysWhatItIsWhatHelpsAndHowGraveItIs() {
        assertThat(oneLine(sarif(1)))
                .contains(
                        "\"shortDescription\" : { \"text\" : \"a unit starts for a capability that is"
                                + " worth nothing there\" }")
                .contains("\"help\" : { \"text\" : \"The container holds", "'capdrop plan' shows")
                .contains("\"defaultConfiguration\" : { \"level\" : \"error\" }");
    }

    @Test
    void whatIsForecastHasNotHappenedAndIsAWarning() {
        CheckFinding finding =
                new CheckFinding("a.mount", "inert-capability", "x", null, "", "", true, List.of());
        for (boolean forecast : new boolean[] {true, false}) {
            Tested tested =
                    new Tested(
                            "lxc:web",
                            null,
                            Tested.Outcome.JUDGED,
                            forecast,
                            "",
                            List.of(finding),
                            List.of());
            Json.Made made = new Json.Made(null, null, null, Instant.EPOCH);
            assertThat(SarifReport.of(made, List.of(tested)).toString())
                    .contains("ruleId=inert-capability, level=" + (forecast ? "warning" : "error"));
        }
    }

    private static String oneLine(String json) {
        return json.replaceAll("\\s+", " ");
    }

    @Test
    void eachCauseAndEachOtherKindOfFaultHasItsWords() {
        List<String> rules = new ArrayList<>();
        addRules(Cause.class, rules);
        assertThat(rules).hasSizeGreaterThan(25).contains("foreseen", "told");
        rules.addAll(
                List.of(
                        "must-not-hold",
                        "apparmor-unconfined",
                        "drop-list-emptied",
                        "all-devices",
                        "proc-writable",
                        "sys-writable",
                        "privileged",
                        "does-not-load",
                        "next-start",
                        "unread-units",
                        "change-unfinished",
                        "change-failed"));
        assertThat(rules)
                .allSatisfy(rule -> {
                    Fault fault = Fault.of(rule);
                    assertThat(fault.level()).isIn("error", "warning", "note");
                    assertThat(fault.words()).hasSizeBetween(10, 60).doesNotEndWith(".");
                    assertThat(fault.help()).endsWith(".");
                });
    }

    private static void addRules(Class<? extends Cause> cause, List<String> rules) {
        if (cause.isSealed()) {
            for (Class<?> one : cause.getPermittedSubclasses()) {
                addRules(one.asSubclass(Cause.class), rules);
            }
        } else {
            String word = CauseText.id(cause);
            rules.add(word);
            assertThat(CauseWords.ROWS.keySet()).anyMatch(row -> row.startsWith(word));
        }
    }

    @Test
    void aHealthyContainerIsATestThatPassesAndNoResult() {
        web.config += "lxc.cap.drop = sys_rawio\n";
        web.start();
        assertThat(junit(0))
                .contains("tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\"")
                .contains("<testcase classname=\"lxc:web\" name=\"check\">")
                .doesNotContain("failure ");
        assertThat(sarif(0)).contains("\"results\" : [ ]", "\"rules\" : [ ]");
    }

    @Test
    void whatCannotBeReadIsAnErrorAndWhatHasNoSystemdIsSkippedUnlessItIsNamed() {
        host.containers.clear();
        host.lxc("alpine").otherInit = true;
        assertThat(junit(0)).contains("<skipped type=\"skipped\" message=\"PID 1 is '/bin/sleep'");
        assertThat(sarif(0)).contains("\"level\" : \"note\"", "\"executionSuccessful\" : true");
        assertThat(run(2, "check", "alpine", "--format", "junit").out()).contains("<error ");
        host.lxc("db").unreadable = true;
        assertThat(junit(2)).contains("<error type=\"error\" message=\"'db' ended or restarted");
        assertThat(sarif(2)).contains("\"level\" : \"error\"", "\"executionSuccessful\" : false");
    }

    /// Whatever has `check` exit 1 is to be seen in a report.
    @Test
    void everyKindOfFindingIsInTheReport() throws IOException {
        run(0, "apply", "web", "--yes");
        String applied = web.config;
        web.config = applied.replace("lxc.cap.drop = sys_rawio\n", "");
        assertThat(junit(1)).contains("name=\"next-start\"", "its configuration no longer drops");
        web.config = applied + "lxc.cap.drop = CAP_MKNOD\n";
        assertThat(junit(1)).contains("name=\"does-not-load\"", "would not start again");
        assertThat(sarif(1)).contains("\"uri\" : \"file:///var/lib/lxc/web/config\"");
    }

    @Test
    void theFormatsOfCiAreThoseOfCheckAloneAndExcludeJson() {
        assertThat(run(2, "check", "--format", "sarif", "--json").said())
                .containsExactly("--json and --format sarif exclude each other");
        assertThat(run(2, "status", "--format", "sarif").err()).contains("--format", "text, json");
        assertThat(run(0, "check", "--help").out()).contains("text, json, sarif, junit");
        assertThat(run(0, "status", "--help").out()).contains("text, json (default");
        assertThat(run(1, "check", "--format", "json").out()).contains("capdrop/check/1");
    }
}
