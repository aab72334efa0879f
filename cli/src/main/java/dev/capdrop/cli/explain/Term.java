package dev.capdrop.cli.explain;

import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.snapshot.RuntimeKind;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A row of `terms.tsv`: a term that output uses, by its words on a command line, and its sources.
record Term(List<String> words, String title, String text, String source) {
    private static final String FILE = "terms.tsv";

    static List<Term> all() {
        return ResourceTable.rows(Term.class.getResourceAsStream(FILE), FILE).stream()
                .map(row -> new Term(words(row[0]), row[1], filled(row[2]), row[3]))
                .toList();
    }

    private static List<String> words(String cell) {
        return List.of(cell.split(" "));
    }

    /// Returns the text with the setting that grants nesting in each runtime that can.
    private static String filled(String text) {
        return text.replace(
                "NESTINGS",
                Stream.of(RuntimeKind.values())
                        .filter(kind -> !kind.nesting().isEmpty())
                        .map(kind -> "'" + kind.nesting() + "' of " + kind.title())
                        .collect(Collectors.joining(", ")));
    }

    /// Returns the term that these words mean, in any case; null where they are none.
    static @Nullable Term named(String word) {
        String lower = word.toLowerCase(Locale.ROOT).replace(' ', '-');
        return all().stream().filter(term -> term.words.contains(lower)).findFirst().orElse(null);
    }

    String word() {
        return words.getFirst();
    }
}
