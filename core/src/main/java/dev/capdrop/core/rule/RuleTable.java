package dev.capdrop.core.rule;

import dev.capdrop.core.document.ResourceTable;
import module java.base;

/// The resource `rules.tsv`, read when a rule is first asked for more than which one it is.
final class RuleTable {
    private static final Map<String, Rule.Row> ROWS =
            ResourceTable.rows("rule/rules.tsv").stream()
                    .map(cells -> new Rule.Row(cells[0], cells[1], cells[2], cells[3], cells[4]))
                    .collect(Collectors.toMap(Rule.Row::word, row -> row));

    static Rule.Row row(Enum<?> rule) {
        Rule.Row row = ROWS.get(ResourceTable.word(rule));
        if (row == null) {
            throw new IllegalStateException("'rules.tsv' has no row for " + rule);
        }
        return row;
    }
}
