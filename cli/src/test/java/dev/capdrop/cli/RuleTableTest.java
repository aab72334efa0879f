package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.rule.KnownProgram;
import dev.capdrop.core.rule.KnownProgram.Fact;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.rule.Rule.RecordRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The table of the rules is whole, and its document says the same.
final class RuleTableTest {
    private static final Path DOCUMENT = House.root().resolve("docs/reference/rules.md");

    private static final String RECORDED = "recorded boots";

    private static final List<Rule> RULES =
            Stream.of(List.of(GeneralRule.values()), List.of(RecordRule.values()), programs())
                    .<Rule>flatMap(List::stream)
                    .toList();

    /// Those that are rules, in their order.
    private static List<KnownProgram> programs() {
        return Stream.of(Fact.START, Fact.SCRIPT_START)
                .flatMap(fact -> KnownProgram.of(fact).stream())
                .toList();
    }

    @Test
    void noRowIsWithoutItsColumns() {
        assertThat(RULES)
                .extracting(Rule::row)
                .allSatisfy(row ->
                        assertThat(
                                        List.of(
                                                row.meaning(),
                                                row.source(),
                                                row.since(),
                                                row.evidence()))
                                .allMatch(column -> !column.isBlank() && !column.contains("|")));
    }

    @Test
    void noFactAboutAProgramIsWithoutItsSource() {
        for (Fact fact : Fact.values()) {
            assertThat(KnownProgram.of(fact))
                    .isNotEmpty()
                    .allSatisfy(known -> {
                        assertThat(List.of(known.row().source(), known.row().since()))
                                .noneMatch(String::isBlank);
                        assertThat(known.row().evidence())
                                .isIn(RECORDED, "source alone", "boots that are not kept");
                        assertThat(known.programs().size() + known.units().size()).isPositive();
                    });
        }
    }

    @Test
    void theDocumentIsMadeOfTheTable() {
        assertThat(House.text(DOCUMENT) + "\n")
                .contains(table(List.of(GeneralRule.values())))
                .contains(table(List.of(RecordRule.values())))
                .contains(table(programs()));
    }

    private static String table(List<? extends Rule> rules) {
        return rules.stream()
                .map(rule -> row(rule.row()))
                .collect(Collectors.joining("", "|---|---|---|---|---|\n", "\n"));
    }

    private static String row(Rule.Row row) {
        return "| `%s` | %s | %s | %s | %s |\n"
                .formatted(
                        row.word(),
                        row.meaning(),
                        row.source(),
                        row.since(),
                        isTest(row) ? "`" + row.evidence() + "`" : row.evidence());
    }

    private static boolean isTest(Rule.Row row) {
        return !row.evidence().equals(RECORDED) && !row.evidence().equals("source alone");
    }

    @Test
    void everyTestThatIsNamedAsEvidenceIsThere() throws IOException {
        Set<String> tests = new TreeSet<>();
        for (String module : List.of("core", "linux", "cli", "lab")) {
            try (Stream<Path> files =
                    Files.walk(House.root().resolve(module).resolve("src/test/java"))) {
                files.map(file -> file.getFileName().toString()).forEach(tests::add);
            }
        }
        assertThat(RULES)
                .extracting(Rule::row)
                .filteredOn(RuleTableTest::isTest)
                .isNotEmpty()
                .allMatch(row -> tests.contains(row.evidence() + ".java"));
    }

    /// A row that nothing names decides nothing; what systemd does for a unit's process is named by
    /// the rows of another table.
    @Test
    void everyRuleIsAppliedSomewhere() {
        JavaClass table = House.read().classes().get(GeneralRule.class);
        Set<String> steps =
                ResourceTable.rows("execution/steps.tsv").stream()
                        .map(cells -> cells[0])
                        .collect(Collectors.toSet());
        assertThat(GeneralRule.values())
                .filteredOn(rule -> !steps.contains(rule.row().word()))
                .allSatisfy(rule -> {
                    JavaField field = table.getField(rule.name());
                    assertThat(field.getAccessesToSelf())
                            .as(rule.name())
                            .anyMatch(access -> !access.getOriginOwner().equals(table));
                });
    }
}
