package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every way to fail that `failures.txt` knows, made to happen: what check says of it, and whether
/// the first remedy helps.
@NeedsContainers
final class FailureCorpusTest {
    /// What a drop of inert capabilities can heal.
    private static final String BY_DROP = "AI";

    private static final long PATIENCE = 300;

    private static final String UNIT_FILES = "/etc/systemd/system/";

    private static final String START_ANEW =
            "systemctl reset-failed \"$@\"; systemctl start \"$@\"; systemctl is-active \"$@\"";

    /// No job is left, the watchdog has struck, and what is started again has been, a few times.
    private static final String UNTIL_IT_IS_OVER =
            """
            until [ -z "$(systemctl list-jobs --no-legend --plain)" ] &&
                systemctl is-failed --quiet no-watchdog.service given-up.service &&
                [ "$(systemctl show --property=NRestarts --value again.service)" -ge 2 ]
            do sleep 0.3; done
            """;

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path state = Path.of("");

    @ParameterizedTest
    @CsvSource({
        "BULLSEYE, UNPRIVILEGED",
        "BOOKWORM, UNPRIVILEGED",
        "TRIXIE, UNPRIVILEGED",
        "TRIXIE, PRIVILEGED"
    })
    void eachFailureIsSaidToBeWhatItIs(Suite suite, Privilege privilege) throws IOException {
        Bench bench = Bench.shared();
        try (LabContainer container = bench.make(suite, privilege, "lxc.cap.drop = net_raw")) {
            container.boot();
            List<Failure> failures = new ArrayList<>();
            for (Failure failure : Failure.all()) {
                if (failure.failsOn(suite, privilege)) {
                    failures.add(failure);
                }
            }
            make(container, failures);
            container.attachOrFail("systemctl", "daemon-reload");
            start(container, failures);
            Map<String, JsonNode> said = checkUntilTheJournalTells(bench, container, failures);
            SoftAssertions softly = new SoftAssertions();
            for (Failure failure : failures) {
                if (!failure.helps()) {
                    verify(softly, failure, said.get(failure.unit()));
                }
            }
            noDropIsOfferedForThem(softly, failures, said);
            mend(softly, container, failures);
            softly.assertAll();
        }
    }

    private static void make(LabContainer container, List<Failure> failures) throws IOException {
        StringBuilder script = new StringBuilder();
        for (Failure failure : failures) {
            container.write(UNIT_FILES + failure.unit(), failure.file(), "rw-r--r--");
            if (!failure.fact("enabled").isEmpty()) {
                script.append(
                        "systemctl enable --no-reload %s || exit\n".formatted(failure.unit()));
            }
            script.append("(:\n%s\n) || exit\n".formatted(failure.fact("prepare")));
        }
        container.attachOrFail("sh", "-c", script.toString());
        setCapability(container, "/opt/raw");
    }

    /// From outside: the container holds what it takes, but it drops the capability itself.
    private static void setCapability(LabContainer container, String program) throws IOException {
        String root = Files.getAttribute(container.rootfs(), "unix:uid").toString();
        String path = "/proc/%d/root%s".formatted(container.initPid(), program);
        List<String> line = new ArrayList<>(List.of("setcap"));
        line.addAll(root.equals("0") ? List.of() : List.of("-n", root));
        line.addAll(List.of("cap_net_raw=ep", path));
        Command.of(line.toArray(String[]::new)).runOrFail();
    }

    private static void start(LabContainer container, List<Failure> failures) {
        List<String> line = new ArrayList<>(List.of("systemctl", "start", "--no-block"));
        failures.stream().filter(Failure::isStarted).map(Failure::unit).forEach(line::add);
        container.attach(line.toArray(String[]::new));
        container.attachFor(PATIENCE, "sh", "-c", UNTIL_IT_IS_OVER);
        for (Failure failure : failures) {
            if (!failure.fact("journal").isEmpty()) {
                untilTheJournalHasIt(container, failure);
            }
        }
    }

    /// PID 1 waits for 10 ms where a busy journald takes no line, and loses it then
    /// (`log_open_journal` of systemd's src/basic/log.c): such a unit fails again until the journal
    /// has what check is to read.
    private static void untilTheJournalHasIt(LabContainer container, Failure failure) {
        String script =
                """
                until journalctl --sync; journalctl -q -o cat "UNIT=$1" | grep -q "$2"; do
                    systemctl reset-failed "$1"; systemctl start "$1"; sleep 0.2
                done
                """;
        container.attachFor(
                PATIENCE, "sh", "-c", script, "sh", failure.unit(), failure.fact("journal"));
    }

    /// On a busy machine the line that a start was waited for may be one of a start before it, and
    /// that of the last one be lost: then it fails once more.
    private Map<String, JsonNode> checkUntilTheJournalTells(
            Bench bench, LabContainer container, List<Failure> failures) throws IOException {
        Map<String, JsonNode> said = check(bench, container);
        for (int again = 0; again < 5; again++) {
            List<Failure> silent = new ArrayList<>();
            for (Failure failure : failures) {
                JsonNode finding = said.get(failure.unit());
                String text = finding == null ? "" : finding.path("text").asText();
                if (!failure.fact("journal").isEmpty() && !text.contains(failure.fact("says"))) {
                    silent.add(failure);
                }
            }
            if (silent.isEmpty()) {
                return said;
            }
            for (Failure failure : silent) {
                container.attach("systemctl", "reset-failed", failure.unit());
                container.attach("systemctl", "start", failure.unit());
                untilTheJournalHasIt(container, failure);
            }
            said = check(bench, container);
        }
        return said;
    }

    private Map<String, JsonNode> check(Bench bench, LabContainer container) throws IOException {
        Command.Result result = Tool.of(bench, state).run("check", "--json", container.name());
        assertThat(result.exit()).as(result.toString()).isEqualTo(1);
        Map<String, JsonNode> said = new HashMap<>();
        for (JsonNode one : JSON.readTree(result.out()).path("containers")) {
            one.path("findings").forEach(f -> said.put(f.path("unit").asText(), f));
            one.path("unsettled").forEach(f -> said.put(f.path("unit").asText(), f));
        }
        return said;
    }

    private static void verify(SoftAssertions softly, Failure failure, @Nullable JsonNode finding) {
        String unit = failure.unit();
        if (finding == null) {
            softly.fail("nothing is said of " + unit);
            return;
        }
        String first = finding.path("remedies").path(0).path("text").asText();
        softly.assertThat(finding.path("class").asText()).as(unit).isEqualTo(failure.fact("class"));
        softly.assertThat(finding.path("text").asText()).as(unit).contains(failure.fact("says"));
        softly.assertThat(first).as(unit + ", fix").contains(failure.fact("fix"));
        softly.assertThat(joined(finding.path("log")))
                .as(unit + ", journal")
                .contains(failure.fact("log"));
        softly.assertThat(joined(finding.path("victims")))
                .as(unit + ", victims")
                .contains(failure.fact("victims"));
    }

    private static String joined(JsonNode texts) {
        List<String> all = new ArrayList<>();
        texts.forEach(text -> all.add(text.asText()));
        return String.join(" ", all);
    }

    private static void noDropIsOfferedForThem(
            SoftAssertions softly, List<Failure> failures, Map<String, JsonNode> said) {
        TreeSet<String> offered = new TreeSet<>();
        said.forEach((unit, finding) -> {
            if (finding.path("remedies").findValuesAsText("id").contains("drop")) {
                offered.add(unit);
                softly.assertThat(BY_DROP).as(unit).contains(finding.path("class").asText());
            }
        });
        failures.forEach(failure -> softly.assertThat(offered).doesNotContain(failure.unit()));
    }

    /// With one reload for all of them, which costs more than all the rest.
    private static void mend(
            SoftAssertions softly, LabContainer container, List<Failure> failures) {
        List<Failure> mended =
                failures.stream().filter(failure -> !failure.fact("mend").isEmpty()).toList();
        StringBuilder script = new StringBuilder();
        for (Failure failure : mended) {
            script.append(
                    "(\n%s\n) || echo no %s\n".formatted(failure.fact("mend"), failure.unit()));
        }
        Command.Result done = container.attach("sh", "-c", script + "systemctl daemon-reload");
        softly.assertThat(done.out()).as(done.toString()).doesNotContain("no ");
        List<String> line = new ArrayList<>(List.of("sh", "-c", START_ANEW, "sh"));
        mended.forEach(failure -> line.add(failure.unit()));
        List<String> states = container.attach(line.toArray(String[]::new)).out().lines().toList();
        softly.assertThat(states).hasSameSizeAs(mended);
        for (int i = 0; i < states.size(); i++) {
            softly.assertThat(states.get(i))
                    .as(mended.get(i).unit() + ", mended")
                    .isEqualTo("active");
        }
    }
}
