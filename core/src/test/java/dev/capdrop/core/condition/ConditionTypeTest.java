package dev.capdrop.core.condition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition.ConditionLine;
import dev.capdrop.core.condition.Machine.PathStatus;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each type's cases.
final class ConditionTypeTest {
    /// One line of `conditions.tsv`.
    record Case(String type, String value, String outcome, String version) {
        static Case parse(String line) {
            String[] columns = line.split("\t", -1);
            return new Case(
                    columns[0], columns[1], columns[2], columns.length > 3 ? columns[3] : "257.8");
        }
    }

    static List<Case> cases() throws IOException {
        try (InputStream in = ConditionTypeTest.class.getResourceAsStream("conditions.tsv")) {
            return new String(requireNonNull(in).readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Case::parse)
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void comesToWhatSystemdSays(Case one) {
        ConditionLine line = ConditionLine.parse(one.type(), one.value());
        Condition condition = requireNonNull(line.condition(line.text()));
        assertThat(Conditions.test(condition, new SketchedMachine(one.version())))
                .isEqualTo(
                        switch (one.outcome()) {
                            case "holds" -> Condition.Result.SUCCEEDED;
                            case "fails" -> Condition.Result.FAILED;
                            case "error" -> Condition.Result.ERROR;
                            case "open" -> Condition.Result.UNDECIDED;
                            default -> throw new IllegalArgumentException(one.toString());
                        });
    }

    @Test
    void everyTypeHasCases() throws IOException {
        Set<String> told = cases().stream().map(Case::type).collect(Collectors.toSet());
        assertThat(Stream.of(ConditionType.values()).filter(t -> !isAmong(t, told))).isEmpty();
    }

    private static boolean isAmong(ConditionType type, Set<String> names) {
        return names.stream().anyMatch(name -> ConditionType.named(name) == type);
    }

    /// Where a fact is missing, the answer is open, and says what would settle it; it is never an
    /// exception and never a guess that another machine contradicts.
    @ParameterizedTest
    @MethodSource("cases")
    void withoutFactsItIsOpenOrTheSame(Case one) {
        ConditionLine line = ConditionLine.parse(one.type(), one.value());
        Condition condition = requireNonNull(line.condition(line.text()));
        Condition.Result known = Conditions.test(condition, new SketchedMachine(one.version()));
        Condition.Result unknown = Conditions.test(condition, new Dark(one.version()));
        if (unknown == Condition.Result.UNDECIDED) {
            assertThat(Conditions.settledBy(condition)).isNotEmpty();
        } else {
            assertThat(unknown).isEqualTo(known);
        }
    }

    @Test
    void anOlderSystemdLeavesOutWhatItDoesNotKnow() {
        assertThat(Conditions.isTested("CPUPressure", 250)).isTrue();
        assertThat(Conditions.isTested("CPUPressure", 249)).isFalse();
        assertThat(Conditions.isTested("CPUPressure", 0)).isTrue();
        assertThat(Conditions.isTested("Null", 257)).isFalse();
        assertThat(Conditions.isTested("Moon", 300)).isNull();
        assertThat(Conditions.isTested("Moon", 0)).isNull();
    }

    /// The types that Debian's systemd 247, 252 and 257 were built with number 26, 33 and 33.
    @Test
    void debianHasAsManyTypes() {
        for (int[] known : new int[][] {{247, 26}, {252, 33}, {257, 33}}) {
            Set<String> names = new TreeSet<>();
            for (ConditionType type : ConditionType.values()) {
                if (type.since() <= known[0]) {
                    names.add(type.name());
                }
            }
            assertThat(names).as(names.toString()).hasSize(known[1]);
        }
    }

    @Test
    void prefixesComeInOneOrder() {
        assertThat(ConditionLine.parse("Capability", "| ! CAP_KILL"))
                .isEqualTo(new ConditionLine("Capability", true, true, "CAP_KILL"));
        assertThat(ConditionLine.parse("Capability", "!|CAP_KILL"))
                .isEqualTo(new ConditionLine("Capability", false, true, "|CAP_KILL"));
        assertThat(ConditionLine.of(new Setting("/a", 1, "Unit", "AssertUser", "|! root")))
                .isEqualTo(new ConditionLine("User", true, true, "root"));
        assertThat(ConditionLine.of(new Setting("/a", 1, "Unit", "ConditionHost", "x")))
                .isEqualTo(new ConditionLine("Host", false, false, "x"));
        assertThat(ConditionLine.parse("PathExists", "| /x"))
                .isEqualTo(new ConditionLine("PathExists", true, false, " /x"));
    }

    @Test
    void aPathThatIsNotAbsoluteOrLeadsUpLeavesTheLineOut() {
        assertThat(path("!usr/bin")).isNull();
        assertThat(path("/usr/../bin")).isNull();
        assertThat(path("/usr/..")).isNull();
        assertThat(path("/usr/..bin//./x/")).isEqualTo("/usr/..bin/x");
        assertThat(path("//")).isEqualTo("/");
        ConditionLine host = ConditionLine.parse("Host", "usr/bin");
        assertThat(host.condition(host.text())).isNotNull();
    }

    private static @Nullable String path(String value) {
        ConditionLine line = ConditionLine.parse("PathExists", value);
        Condition condition = line.condition(line.text());
        return condition == null ? null : condition.parameter();
    }

    /// A machine of which nothing is known but its bounding set and its systemd.
    private record Dark(String systemdVersion) implements Machine {
        @Override
        public CapabilitySet bounding() {
            return CapabilitySet.of("sys_rawio");
        }

        @Override
        public @Nullable PathStatus path(String path) {
            return null;
        }

        @Override
        public @Nullable PathStatus link(String path) {
            return null;
        }

        @Override
        public @Nullable Boolean firstBoot() {
            return null;
        }
    }
}
