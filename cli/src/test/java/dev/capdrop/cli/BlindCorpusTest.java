package dev.capdrop.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.check.CauseText;
import dev.capdrop.cli.check.RemedyText;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.diagnosis.Diagnosis.Finding;
import dev.capdrop.record.SnapshotJson;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Failures that eight people made, one after the other, who had not read the code: the files below
/// `blind` say what is wrong, what was said of it at first, and what is said of it now; the first
/// two also how each was made.
final class BlindCorpusTest {
    private static final List<String> FACTS =
            List.of("in", "unit", "first", "cause", "remedy", "says", "fix");

    private static final List<String> SETS =
            List.of(
                    "failures.txt",
                    "second.txt",
                    "fourth.txt",
                    "fifth.txt",
                    "sixth.txt",
                    "seventh.txt",
                    "eighth.txt",
                    "ninth.txt");

    private static final Map<String, Diagnosis> DIAGNOSED = new ConcurrentHashMap<>();

    record Failure(String name, Map<String, String> facts) {
        String fact(String key) {
            return Objects.requireNonNull(facts.get(key), key);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static InputStream resource(String name) {
        String file = "blind/" + name;
        return Objects.requireNonNull(BlindCorpusTest.class.getResourceAsStream(file), file);
    }

    private static List<Failure> all() {
        return SETS.stream().flatMap(set -> of(set).stream()).toList();
    }

    private static List<Failure> reloaded() {
        return of("fourth.txt").stream()
                .filter(failure -> failure.fact("in").equals("fourth-u13"))
                .toList();
    }

    private static List<Failure> of(String file) {
        List<Failure> all = new ArrayList<>();
        try (InputStream in = resource(file)) {
            for (String line : new String(in.readAllBytes(), UTF_8).split("\n")) {
                int colon = line.indexOf(": ");
                if (line.matches("== [0-9]{2} .*")) {
                    all.add(new Failure(line.substring(3), new HashMap<>()));
                } else if (!all.isEmpty()
                        && colon > 0
                        && FACTS.contains(line.substring(0, colon))) {
                    all.getLast()
                            .facts
                            .putIfAbsent(line.substring(0, colon), line.substring(colon + 2));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(file, e);
        }
        return all;
    }

    private static Diagnosis diagnosed(String name) {
        try (InputStream in = resource(name + ".json.gz")) {
            return Diagnosis.of(SnapshotJson.read(new GZIPInputStream(in), name).snapshot());
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    /// What is said of a unit, or of the one that took it with it.
    private static Finding finding(Failure failure) {
        return finding(failure, failure.fact("in"));
    }

    private static Finding finding(Failure failure, String recording) {
        Diagnosis diagnosis = DIAGNOSED.computeIfAbsent(recording, BlindCorpusTest::diagnosed);
        List<Finding> all = new ArrayList<>(diagnosis.findings());
        all.addAll(diagnosis.unsettled());
        String unit = failure.fact("unit");
        all.sort((a, b) -> Boolean.compare(b.victims().contains(unit), a.victims().contains(unit)));
        return all.stream()
                .filter(one -> one.victims().contains(unit) || one.unit().equals(unit))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is said of " + unit));
    }

    @ParameterizedTest
    @MethodSource("all")
    void eachIsSaidToBeWhatItIsWithWhatHealsIt(Failure failure) {
        Finding finding = finding(failure);
        assertThat(CauseText.sentence(finding.cause())).contains(failure.fact("says"));
        assertThat(RemedyText.text(finding.remedies().getFirst())).contains(failure.fact("fix"));
    }

    /// systemd forgets at a daemon-reload how control commands and mounts ended.
    @ParameterizedTest
    @MethodSource("reloaded")
    void theSameIsSaidAfterADaemonReload(Failure failure) {
        Finding finding = finding(failure, "fourth-u13-reloaded");
        assertThat(CauseText.sentence(finding.cause())).contains(failure.fact("says"));
        assertThat(RemedyText.text(finding.remedies().getFirst())).contains(failure.fact("fix"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void noLineIsShownTwiceAndNoneOnlyPointsAtAnother(Failure failure) {
        assertThat(finding(failure).log())
                .doesNotHaveDuplicates()
                .hasSizeLessThanOrEqualTo(2)
                .noneMatch(line -> line.matches("[\\s~^]*"));
    }

    private static Map<String, Integer> firstCount(String file) {
        Map<String, Integer> count = new TreeMap<>();
        of(file).forEach(failure -> count.merge(failure.fact("first"), 1, Integer::sum));
        return count;
    }

    @Test
    void theFirstCountsAreKept() {
        assertThat(firstCount("failures.txt"))
                .isEqualTo(
                        Map.of(
                                "right", 24,
                                "vague", 7,
                                "wrong", 6,
                                "unknown, telling line", 21,
                                "unknown, no telling line", 2));
        assertThat(firstCount("second.txt"))
                .isEqualTo(
                        Map.of(
                                "right", 27,
                                "vague", 4,
                                "wrong", 9,
                                "unknown, telling line", 13,
                                "unknown, no telling line", 7));
        assertThat(firstCount("fourth.txt"))
                .isEqualTo(
                        Map.of(
                                "right", 48,
                                "vague", 5,
                                "wrong", 1,
                                "unknown, telling line", 4,
                                "unknown, no telling line", 2));
        assertThat(firstCount("fifth.txt"))
                .isEqualTo(
                        Map.of(
                                "right", 28,
                                "vague", 13,
                                "wrong", 4,
                                "unknown, telling line", 6,
                                "unknown, no telling line", 9));
        assertThat(firstCount("sixth.txt"))
                .isEqualTo(
                        Map.of(
                                "right", 45,
                                "vague", 6,
                                "wrong", 4,
                                "unknown, telling line", 3,
                                "unknown, no telling line", 2));
        assertThat(firstCount("seventh.txt"))
                .isEqualTo(
                        Map.of(
                                "right", 45,
                                "vague", 5,
                                "wrong", 3,
                                "unknown, telling line", 1,
                                "unknown, no telling line", 6));
        assertThat(firstCount("eighth.txt"))
                .isEqualTo(
                        Map.of(
                                "right", 43,
                                "vague", 7,
                                "wrong", 2,
                                "unknown, telling line", 1,
                                "unknown, no telling line", 7));
        assertThat(firstCount("ninth.txt"))
                .isEqualTo(Map.of("right", 51, "vague", 6, "unknown, no telling line", 3));
    }
}
