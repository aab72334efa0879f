package dev.capdrop.core.rule;

import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.rule.Rule.Row;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// The resource `rules.tsv`, read when a rule is first asked for more than which one it is.
final class RuleTable {
    private static final Map<String, Row> ROWS = new HashMap<>();

    static {
        for (String[] cells : ResourceTable.rows("rule/rules.tsv")) {
            ROWS.put(constant(cells[0]), new Row(cells[0], cells[1], cells[2], cells[3], cells[4]));
        }
    }

    private RuleTable() {}

    private static String constant(String word) {
        return word.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    static Row row(Enum<?> rule) {
        Row row = ROWS.get(rule.name());
        if (row == null) {
            throw new IllegalStateException("'rules.tsv' has no row for " + rule);
        }
        return row;
    }
}
