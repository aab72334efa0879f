package dev.capdrop.core.condition;

import org.jspecify.annotations.Nullable;

/// The operators of systemd's comparisons.
///
/// Source: systemd.unit(5), "ConditionKernelVersion=" and "ConditionOSRelease="; systemd's
/// `compare-operator.c`. Up to 247 there are neither patterns nor `==` and `<>`, `=` and `!=`
/// compare versions, and versions have another order; asked of systemd 247, 252 and 257.
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

    static final String CHARACTERS = "$!<>=";

    private static final int NEW_SINCE = 248;

    private final String text;

    CompareOperator(String text) {
        this.text = text;
    }

    static @Nullable CompareOperator leading(String text, int version) {
        for (CompareOperator operator : values()) {
            if (version >= operator.since() && text.startsWith(operator.text)) {
                return operator;
            }
        }
        return null;
    }

    private int since() {
        return switch (this) {
            case MATCH, NO_MATCH, OTHER, EQUAL -> NEW_SINCE;
            case LOWER_OR_EQUAL, GREATER_OR_EQUAL, LOWER, GREATER, SAME, NOT_SAME -> 0;
        };
    }

    int length() {
        return text.length();
    }

    boolean globs() {
        return this == MATCH || this == NO_MATCH;
    }

    boolean holds(String left, String right, int version) {
        boolean asTexts = (this == SAME || this == NOT_SAME) && version >= NEW_SINCE;
        if (asTexts) {
            return left.equals(right) == (this == SAME);
        }
        return switch (this) {
            case MATCH -> Fnmatch.matches(right, left, false);
            case NO_MATCH -> !Fnmatch.matches(right, left, false);
            case OTHER, LOWER_OR_EQUAL, GREATER_OR_EQUAL, LOWER, GREATER, EQUAL, SAME, NOT_SAME ->
                    holds(
                            version < NEW_SINCE
                                    ? OldVersionOrder.compare(left, right)
                                    : VersionOrder.compare(left, right));
        };
    }

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
