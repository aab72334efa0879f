package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
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

    private static final int ROUNDS = 100;

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
                    make(container, failure);
                }
            }
            container.attachOrFail("systemctl", "daemon-reload");
            start(container, failures);
            Map<String, JsonTree> said = check(bench, container);
            SoftAssertions softly = new SoftAssertions();
            for (Failure failure : failures) {
                if (!failure.helps()) {
                    verify(softly, failure, said.get(failure.unit()));
                }
            }
            noDropIsOfferedForThem(softly, failures, said);
            for (Failure failure : failures) {
                if (!failure.fact("mend").isEmpty()) {
                    mend(softly, container, failure);
                }
            }
            softly.assertAll();
        }
    }

    private static void make(LabContainer container, Failure failure) throws IOException {
        container.write("/etc/systemd/system/" + failure.unit(), failure.file(), "rw-r--r--");
        if (!failure.fact("enabled").isEmpty()) {
            container.attachOrFail("systemctl", "enable", failure.unit());
        }
        if (failure.unit().equals("file-capability.service")) {
            container.attachOrFail("sh", "-c", failure.fact("prepare"));
            setCapability(container, "/opt/raw");
        } else if (!failure.fact("prepare").isEmpty()) {
            container.attachOrFail("sh", "-c", failure.fact("prepare"));
        }
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
        for (int round = 0; round < ROUNDS && !jobs(container).isEmpty(); round++) {
            container.attach("sleep", "0.3");
        }
        // The watchdog's second, and some restarts.
        container.attach("sleep", "4");
    }

    private static String jobs(LabContainer container) {
        return container.attach("systemctl", "list-jobs", "--no-legend", "--plain").out().strip();
    }

    private Map<String, JsonTree> check(Bench bench, LabContainer container) {
        Command.Result result = Tool.of(bench, state).run("check", "--json", container.name());
        assertThat(result.exit()).as(result.toString()).isEqualTo(1);
        Map<String, JsonTree> said = new HashMap<>();
        for (JsonTree one : JsonTree.of(result.out()).at("containers").items()) {
            one.at("findings").items().forEach(f -> said.put(f.at("unit").text(), f));
            one.at("unsettled").items().forEach(f -> said.put(f.at("unit").text(), f));
        }
        return said;
    }

    private static void verify(SoftAssertions softly, Failure failure, @Nullable JsonTree finding) {
        String unit = failure.unit();
        if (finding == null) {
            softly.fail("nothing is said of " + unit);
            return;
        }
        List<JsonTree> remedies = finding.at("remedies").items();
        String first = remedies.isEmpty() ? "" : remedies.getFirst().at("text").text();
        String log =
                finding.at("log").items().stream()
                        .map(JsonTree::text)
                        .collect(Collectors.joining("\n"));
        softly.assertThat(finding.at("class").text()).as(unit).isEqualTo(failure.fact("class"));
        softly.assertThat(finding.at("text").text()).as(unit).contains(failure.fact("says"));
        softly.assertThat(first).as(unit + ", fix").contains(failure.fact("fix"));
        softly.assertThat(log).as(unit + ", journal").contains(failure.fact("log"));
        softly.assertThat(
                        finding.at("victims").items().stream()
                                .map(JsonTree::text)
                                .collect(Collectors.joining(" ")))
                .as(unit + ", victims")
                .contains(failure.fact("victims"));
    }

    private static void noDropIsOfferedForThem(
            SoftAssertions softly, List<Failure> failures, Map<String, JsonTree> said) {
        TreeSet<String> offered = new TreeSet<>();
        said.forEach((unit, finding) -> {
            if (finding.at("remedies").items().stream()
                    .anyMatch(remedy -> remedy.at("id").text().equals("drop"))) {
                offered.add(unit);
                softly.assertThat(BY_DROP).as(unit).contains(finding.at("class").text());
            }
        });
        failures.forEach(failure -> softly.assertThat(offered).doesNotContain(failure.unit()));
    }

    private static void mend(SoftAssertions softly, LabContainer container, Failure failure) {
        String unit = failure.unit();
        Command.Result done = container.attach("sh", "-c", failure.fact("mend"));
        softly.assertThat(done.exit()).as(unit + ": " + done).isZero();
        container.attach("systemctl", "daemon-reload");
        container.attach("systemctl", "reset-failed", unit);
        container.attach("systemctl", "start", unit);
        softly.assertThat(container.attach("systemctl", "is-active", unit).out().strip())
                .as(unit + ", mended")
                .isEqualTo("active");
    }
}
