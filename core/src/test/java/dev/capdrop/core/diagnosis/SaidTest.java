package dev.capdrop.core.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.diagnosis.Diagnosis.Finding;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.snapshot.Evidence;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What programs say when they fail, by the resource `said.txt`.
class SaidTest {
    private static final String UNIT = "myapp.service";

    record Failure(
            String name,
            int status,
            String result,
            boolean privileged,
            List<String> settings,
            List<String> lines,
            String says,
            String fix) {
        static Failure parse(String block) {
            String name = "";
            int status = 0;
            String result = "exit-code";
            boolean privileged = false;
            String says = "";
            String fix = "";
            List<String> settings = new ArrayList<>();
            List<String> lines = new ArrayList<>();
            for (String line : block.lines().toList()) {
                int blank = line.indexOf(' ');
                String rest = line.substring(blank + 1);
                switch (line.substring(0, blank)) {
                    case "==" -> name = rest;
                    case "status:" -> status = Integer.parseInt(rest);
                    case "result:" -> result = rest;
                    case "privileged:" -> privileged = rest.equals("yes");
                    case "set:" -> settings.add(rest);
                    case ">" -> lines.add(rest);
                    case "says:" -> says = rest;
                    case "fix:" -> fix = rest;
                    default -> throw new IllegalArgumentException(line);
                }
            }
            return new Failure(name, status, result, privileged, settings, lines, says, fix);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Failure> failures() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(SaidTest.class.getResourceAsStream("said.txt"))) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(text.split("\n\n"))
                    .map(String::strip)
                    .filter(block -> block.startsWith("== "))
                    .map(Failure::parse);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void whatAProgramSaysIsTheCause(Failure failure) {
        Trouble trouble = Trouble.NONE.with(List.of(), failure.lines);
        Sketch sketch =
                new Sketch()
                        .wanted(UNIT, "failed", "failed")
                        .ended(failure.result, failure.status)
                        .withLines(failure.settings.toArray(String[]::new))
                        .evidence(new Evidence(Map.of(UNIT, trouble), List.of()));
        if (failure.privileged) {
            sketch.privileged();
        }
        Finding finding = Diagnosis.of(sketch.draw()).findings().getFirst();
        String why =
                finding.cause() instanceof Cause.Told told
                        ? told.why()
                        : finding.cause().getClass().getSimpleName();
        assertThat(why).as("the cause").contains(failure.says);
        if (finding.remedies().getFirst() instanceof Remedy.Mend mend) {
            assertThat(mend.what()).as("the remedy").contains(failure.fix);
        }
        assertThat(finding.log()).as("the lines that are shown").isNotEmpty();
    }
}
