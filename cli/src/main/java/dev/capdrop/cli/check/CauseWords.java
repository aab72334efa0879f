package dev.capdrop.cli.check;

import static java.util.Objects.requireNonNull;

import dev.capdrop.core.diagnosis.Cause;
import dev.capdrop.core.document.ResourceTable;
import module java.base;

/// A cause in words, by the resource `causes.tsv`, where the columns are explained.
///
/// @param sentence follows the unit's name
/// @param words about five, for a table
record CauseWords(String sentence, String words) {
    static final Map<String, CauseWords> ROWS =
            ResourceTable.rows(CauseWords.class.getResourceAsStream("causes.tsv"), "causes.tsv")
                    .stream()
                    .collect(
                            Collectors.toMap(row -> row[0], row -> new CauseWords(row[1], row[2])));

    /// Returns the row of a variant of a cause, or else of the cause, with what is known beside.
    static CauseWords row(Cause cause, String variant, Object... known) {
        String id = CauseText.id(cause);
        CauseWords any = ROWS.get(id);
        CauseWords row = requireNonNull(ROWS.getOrDefault(id + "-" + variant, any), id);
        return new CauseWords(row.sentence.formatted(known), row.words.formatted(known));
    }
}
