package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import dev.capdrop.core.rule.GeneralRule;
import dev.capdrop.core.rule.ProgramRule;
import dev.capdrop.core.rule.RecordRule;
import dev.capdrop.core.rule.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The table of the rules is whole, its document says the same, and what is not known grows no
/// more.
final class RuleTableTest {
    private static final Path DOCUMENT = House.root().resolve("docs/reference/rules.md");

    private static final List<Rule> RULES =
            Stream.<Rule[]>of(GeneralRule.values(), RecordRule.values(), ProgramRule.values())
                    .flatMap(Arrays::stream)
                    .toList();

    /// How many rules there may be of which nobody has established since when they are so.
    private static final int UNKNOWN = 4;

    /// And how many that nothing but their source shows.
    private static final int UNSHOWN = 5;

    @Test
    void noRowIsWithoutItsColumns() {
        assertThat(RULES)
                .allSatisfy(rule ->
                        assertThat(
                                        List.of(
                                                rule.meaning(),
                                                rule.source(),
                                                rule.since().text(),
                                                rule.evidence().text()))
                                .allMatch(column -> !column.isBlank() && !column.contains("|")));
    }

    @Test
    void theDocumentIsMadeOfTheTable() {
        assertThat(House.text(DOCUMENT) + "\n")
                .contains(table(GeneralRule.values()))
                .contains(table(RecordRule.values()))
                .contains(table(ProgramRule.values()));
    }

    private static String table(Rule[] rules) {
        return Arrays.stream(rules)
                .map(RuleTableTest::row)
                .collect(Collectors.joining("", "|---|---|---|---|---|\n", "\n"));
    }

    private static String row(Rule rule) {
        return "| `%s` | %s | %s | %s | %s |\n"
                .formatted(
                        rule.word(),
                        rule.meaning(),
                        rule.source(),
                        rule.since().text(),
                        rule.evidence().isTest()
                                ? "`" + rule.evidence().text() + "`"
                                : rule.evidence().text());
    }

    @Test
    void whatIsNotKnownOfRulesDoesNotGrow() {
        assertThat(RULES).filteredOn(rule -> !rule.since().isKnown()).hasSize(UNKNOWN);
        assertThat(RULES)
                .filteredOn(rule -> !rule.evidence().isRecorded() && !rule.evidence().isTest())
                .hasSize(UNSHOWN);
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
                .filteredOn(rule -> rule.evidence().isTest())
                .isNotEmpty()
                .allMatch(rule -> tests.contains(rule.evidence().text() + ".java"));
    }

    /// A row that nothing names decides nothing.
    @Test
    void everyRuleIsAppliedSomewhere() {
        JavaClass table = House.read().classes().get(GeneralRule.class);
        assertThat(GeneralRule.values())
                .allSatisfy(rule -> {
                    JavaField field = table.getField(rule.name());
                    assertThat(field.getAccessesToSelf())
                            .as(rule.word())
                            .anyMatch(access -> !access.getOriginOwner().equals(table));
                });
    }
}
