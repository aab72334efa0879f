package dev.capdrop.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `check --policy`, on a host in memory.
final class PolicyCheckTest {
    private static final String ACCEPTED =
            """
            {"schema": "capdrop/policy/1",
             "accepted": [{"target": "lxc:web", "unit": "kdump.service", "finding": "inert-capability",
                           "reason": "is rebuilt in spring", "until": "2026-03-31"}]}
            """;

    @TempDir Path folder = Path.of("");

    private final FakeHost host = new FakeHost();
    private final FakeContainer web =
            host.lxc("web").failsWith("sys_rawio", "kdump.service").works("ssh.service");
    private Path file = Path.of("");

    @BeforeEach
    void place() {
        file = folder.resolve("policy.json");
    }

    private FakeHost.Ran check(int exit, String policy, String... words) throws IOException {
        Files.writeString(file, policy);
        String[] line = new String[words.length + 3];
        line[0] = "check";
        line[1] = "--policy";
        line[2] = file.toString();
        System.arraycopy(words, 0, line, 3, words.length);
        FakeHost.Ran ran = host.run(line);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(exit);
        return ran;
    }

    private static String forbidding(String names) {
        return "{\"schema\": \"capdrop/policy/1\", \"mustNotHold\": [" + names + "]}";
    }

    @Test
    void anAcceptedFindingDoesNotCountAndIsNamedWithItsReason() throws IOException {
        String said = check(0, ACCEPTED).out();
        assertThat(said)
                .contains(
                        "accepted until 2026-03-31: kdump.service (inert-capability), because: is")
                .doesNotContain("starts because", "fix:");
        check(0, ACCEPTED, "--quiet", "--fail-on", "degraded,fixable");
        assertThat(check(0, ACCEPTED, "--json").out())
                .contains("\"findings\" : [ ]", "\"unit\" : \"kdump.service\"")
                .contains("\"reason\" : \"is rebuilt in spring\"", "\"until\" : \"2026-03-31\"");
        assertThat(check(0, ACCEPTED, "--format", "junit").out()).contains("failures=\"0\"");
    }

    @Test
    void anExpiredOneCountsAgainAndSaysSo() throws IOException {
        host.now = Instant.parse("2026-03-31T23:59:59Z");
        check(0, ACCEPTED);
        host.now = Instant.parse("2026-04-01T00:00:00Z");
        assertThat(check(1, ACCEPTED).out())
                .contains("no longer accepted, since 2026-03-31: kdump.service", "starts because");
        assertThat(check(1, ACCEPTED, "--format", "sarif").out())
                .contains("it was accepted until 2026-03-31 (is rebuilt in spring)");
    }

    @Test
    void anotherContainerUnitOrCauseIsNotAccepted() throws IOException {
        check(1, ACCEPTED.replace("lxc:web", "lxc:db"));
        check(1, ACCEPTED.replace("kdump", "ssh"));
        check(1, ACCEPTED.replace("inert-capability", "own-exit"));
        check(0, ACCEPTED.replace("\"target\": \"lxc:web\",", ""));
    }

    @Test
    void whatNoContainerMayHoldIsAFinding() throws IOException {
        web.config += "lxc.cap.drop = sys_rawio\n";
        web.start();
        check(0, forbidding("\"sys_rawio\""));
        String said = check(1, forbidding("\"sys_rawio\", \"sys_module\", \"bpf\"")).out();
        assertThat(said)
                .contains("must not hold sys_module bpf, and does, by\n    '" + file)
                .contains("capdrop plan lxc:web --drop sys_module,bpf");
        check(1, forbidding("\"sys_module\""), "--quiet", "--fail-on", "policy");
        check(0, forbidding("\"sys_module\""), "--quiet", "--fail-on", "degraded");
        assertThat(check(1, forbidding("\"sys_module\""), "--format", "sarif").out())
                .contains("\"ruleId\" : \"must-not-hold\"", "holds sys_module, which no container");
        assertThat(check(1, forbidding("\"sys_module\""), "--json").out())
                .contains("\"now\" : true", "\"nextStart\" : true");
    }

    @Test
    void whatIsHeldOnlyNowOrOnlyFromTheNextStartOnIsToldApart() throws IOException {
        web.config += "lxc.cap.drop = sys_rawio sys_module\n";
        assertThat(check(1, forbidding("\"sys_module\"")).out())
                .contains("must not hold sys_module, and does until its next start");
        web.start();
        web.config = web.config.replace(" sys_module", "");
        assertThat(check(1, forbidding("\"sys_module\"")).out())
                .contains("and does from its next start on");
        web.running = false;
        check(1, forbidding("\"sys_module\""));
        check(0, forbidding("\"sys_rawio\""));
    }

    @Test
    void aHeldCapabilityCanBeAcceptedToo() throws IOException {
        web.config += "lxc.cap.drop = sys_rawio\n";
        web.start();
        String accepted =
                """
                {"schema": "capdrop/policy/1", "mustNotHold": ["sys_module"],
                 "accepted": [{"capability": "sys_module", "reason": "legacy", "until": "2026-01-01"}]}
                """;
        assertThat(check(0, accepted).out())
                .contains("accepted until 2026-01-01: sys_module is held, because: legacy");
        host.now = Instant.parse("2026-01-02T00:00:00Z");
        assertThat(check(1, accepted, "--format", "sarif").out())
                .contains("it was accepted until 2026-01-01 (legacy)");
    }

    @Test
    void anAcceptedFindingIsASuppressedResult() throws IOException {
        assertThat(check(0, ACCEPTED, "--format", "sarif").out())
                .contains("\"suppressions\"", "\"kind\" : \"external\"")
                .contains("\"justification\" : \"is rebuilt in spring (until 2026-03-31)\"");
    }

    @Test
    void manyContainersAreSummedUp() throws IOException {
        for (String name : new String[] {"a", "b", "c", "d"}) {
            host.lxc(name).works("ssh.service");
        }
        assertThat(check(1, forbidding("\"bpf\"")).out())
                .contains("bpf is held by 5 containers that must not: lxc:web", " and 2 more");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|has no string 'schema' in its object (line 1, column 1)",
                "{\"schema\": \"capdrop/check/1\"}|has a 'schema' that is not that of a capdrop policy",
                "{\"schema\": \"capdrop/policy/1\", \"mustNothold\": []}"
                        + "|has a field 'mustNothold' that is not known, expected one of accepted, mustNotHold, schema (line 1",
                "{\"schema\": \"capdrop/policy/1\", \"mustNotHold\": [\"sys_modul\"]}"
                        + "|has a 'mustNotHold' that is not of capabilities: 'sys_modul' is none, 'capdrop explain' lists them (line 1",
                "{\"schema\": \"capdrop/policy/1\", \"accepted\": [{\"capability\": \"bpf\", \"reason\": \"x\", \"until\": \"soon\"}]}"
                        + "|has a 'until' that is not a day such as '2027-01-31' (line 1, column",
                "{\"schema\": \"capdrop/policy/1\", \"accepted\": [{\"capability\": \"bpf\", \"until\": \"2027-01-31\"}]}"
                        + "|has no string 'reason' in its object",
                "{\"schema\": \"capdrop/policy/1\", \"accepted\": [{\"capability\": \"bpf\", \"reason\": \" \", \"until\": \"2027-01-31\"}]}"
                        + "|has a 'reason' that is not why it is accepted",
                "{\"schema\": \"capdrop/policy/1\", \"accepted\": [{\"unit\": \"x.service\", \"reason\": \"x\", \"until\": \"2027-01-31\"}]}"
                        + "|does not say what is accepted, expected either 'capability' or both 'unit' and 'finding'",
                "not|is not valid JSON (line 1"
            })
    void aBadFileIsOneSentence(String policy, String sentence) throws IOException {
        FakeHost.Ran ran = check(2, policy);
        assertThat(ran.said()).hasSize(1);
        assertThat(ran.said().getFirst()).startsWith("'" + file + "' ").contains(sentence);
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void aFileThatIsNotThereIsOneSentenceToo() {
        FakeHost.Ran ran = host.run("check", "--policy", folder + "/none.json");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.said())
                .containsExactly(
                        "'%s/none.json' is no file, expected a policy as docs/how-to/a-policy.md has it"
                                .formatted(folder));
        assertThat(host.run("check", "--fail-on", "policy").said())
                .containsExactly("--fail-on policy is for --policy FILE");
    }
}
