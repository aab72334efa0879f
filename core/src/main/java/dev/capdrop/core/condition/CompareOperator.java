package dev.capdrop.core.condition;

import org.jspecify.annotations.Nullable;

/// The operators of systemd's comparisons.
///
/// Source: systemd.unit(5), "ConditionKernelVersion=" and "ConditionOSRelease="; systemd's
/// `compare-operator.c`. Up to 253 `=` and `!=` compare versions, and no `==` and `<>` are known.
enum CompareOperator {
    MATCH("$="),
    NO_MATCH("!$="),
    OTHER("<>"),
    LOWER_OR_EQUAL("<="),
    GREATER_OR_EQUAL(">="),
    LOWER("<"),
    GREATER(">"),
    EQUAL("=="),
    SAME("="),
    NOT_SAME("!=");

    /// All characters that one is made of.
    static final String CHARACTERS = "$!<>=";

    private final String text;

    CompareOperator(String text) {
        this.text = text;
    }

    /// The operator that `text` begins with; null when none.
    static @Nullable CompareOperator leading(String text) {
        for (CompareOperator operator : values()) {
            if (text.startsWith(operator.text)) {
                return operator;
            }
        }
        return null;
    }

    int length() {
        return text.length();
    }

    boolean globs() {
        return this == MATCH || this == NO_MATCH;
    }

    /// Whether `left` stands so to `right`, both being versions.
    boolean holds(String left, String right) {
        return switch (this) {
            case MATCH -> Fnmatch.matches(right, left, false);
            case NO_MATCH -> !Fnmatch.matches(right, left, false);
            case SAME -> left.equals(right);
            case NOT_SAME -> !left.equals(right);
            case OTHER, LOWER_OR_EQUAL, GREATER_OR_EQUAL, LOWER, GREATER, EQUAL ->
                    holds(VersionOrder.compare(left, right));
        };
    }

    /// Whether a comparison that came to `order` holds; a pattern never does.
    boolean holds(int order) {
        return switch (this) {
            case MATCH, NO_MATCH -> false;
            case OTHER, NOT_SAME -> order != 0;
            case LOWER_OR_EQUAL -> order <= 0;
            case GREATER_OR_EQUAL -> order >= 0;
            case LOWER -> order < 0;
            case GREATER -> order > 0;
            case EQUAL, SAME -> order == 0;
        };
    }
}
