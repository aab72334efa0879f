package dev.capdrop.capability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every row of the table is whole, and says nothing that its scope denies.
final class KnowledgeTest {
    private static final String VERSION = "[2-7]\\.[0-9]+(\\.[0-9]+)?";
    private static final List<String> TOKEN = List.of("perfmon", "bpf");

    static Stream<Knowledge> rows() {
        return IntStream.rangeClosed(0, 40)
                .mapToObj(number -> Objects.requireNonNull(new Capability(number).knowledge()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aRowIsWhole(Knowledge row) {
        assertThat(row.permits()).matches("[a-z].*[a-z)0]");
        assertThat(row.since()).matches(VERSION);
        assertThat(row.missed()).isNotEmpty().doesNotEndWith(".");
        assertThat(row.risk()).isNotEmpty().doesNotEndWith(".");
        assertThat(row.changes()).doesNotEndWith(".");
        assertThat(row.honouredAt().size() + row.initialOnlyAt().size()).isPositive();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theCheckSitesAgreeWithTheScope(Knowledge row) {
        switch (row.scope()) {
            case INERT -> {
                assertThat(row.initialOnlyAt()).isNotEmpty();
                assertThat(row.honouredAt().isEmpty()).isNotEqualTo(TOKEN.contains(row.name()));
                assertThat(row.honouredAt()).allMatch(site -> site.note().contains("BPF token"));
            }
            case NEARLY_INERT -> {
                assertThat(row.initialOnlyAt()).hasSizeGreaterThan(1);
                assertThat(row.honouredAt()).hasSize(1);
            }
            case PARTLY -> {
                assertThat(row.initialOnlyAt()).isNotEmpty();
                assertThat(row.honouredAt()).isNotEmpty();
            }
            case HONOURED -> assertThat(row.honouredAt()).isNotEmpty();
        }
        assertThat(row.refusal().isEmpty()).isNotEqualTo(row.inert());
        if (!row.caution().isEmpty()) {
            assertThat(row.inert()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aCheckSiteIsAPlaceInTheKernelsTree(Knowledge row) {
        assertThat(Stream.concat(row.honouredAt().stream(), row.initialOnlyAt().stream()))
                .allSatisfy(site -> {
                    assertThat(site.file()).matches("[a-z0-9_/]+(\\.[ch])?");
                    assertThat(site.functions()).allMatch(name -> name.matches("[a-z0-9_]+"));
                    assertThat(site.note()).doesNotContain("(", ")");
                });
        if (row.scope() == Scope.HONOURED) {
            assertThat(row.honouredAt())
                    .allMatch(site -> !site.functions().isEmpty() || !site.note().isEmpty());
        }
    }
}
