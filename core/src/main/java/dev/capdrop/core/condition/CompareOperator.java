package dev.capdrop.core.condition;

import dev.capdrop.core.document.Names;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The operators of systemd's comparisons.
///
/// Source: systemd.unit(5), "ConditionKernelVersion=" and "ConditionOSRelease="; systemd's
/// `compare-operator.c`. Up to 247 there are neither patterns nor `==` and `<>`, `=` and `!=`
/// compare versions, and versions have another order; asked of systemd 247, 252 and 257.
enum CompareOperator {
    MATCH("$=", true, _ -> false),
    NO_MATCH("!$=", true, _ -> false),
    OTHER("<>", true, order -> order != 0),
    LOWER_OR_EQUAL("<=", false, order -> order <= 0),
    GREATER_OR_EQUAL(">=", false, order -> order >= 0),
    LOWER("<", false, order -> order < 0),
    GREATER(">", false, order -> order > 0),
    EQUAL("==", true, order -> order == 0),
    SAME("=", false, order -> order == 0),
    NOT_SAME("!=", false, order -> order != 0);

    static final String CHARACTERS = "$!<>=";

    private static final int NEW_SINCE = 248;

    private final String text;
    private final boolean isNew;
    private final IntPredicate holds;

    CompareOperator(String text, boolean isNew, IntPredicate holds) {
        this.text = text;
        this.isNew = isNew;
        this.holds = holds;
    }

    static @Nullable CompareOperator leading(String text, int version) {
        return Names.find(
                List.of(values()),
                it -> (version >= NEW_SINCE || !it.isNew) && text.startsWith(it.text));
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
        if (globs()) {
            return Fnmatch.matches(right, left, false) == (this == MATCH);
        }
        return holds(
                version < NEW_SINCE
                        ? OldVersionOrder.compare(left, right)
                        : VersionOrder.compare(left, right));
    }

    boolean holds(int order) {
        return holds.test(order);
    }
}
