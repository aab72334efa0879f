package dev.capdrop.core.condition;

import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.Words;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A `Condition…=` or `Assert…=` line as it is written, before its specifiers are expanded.
///
/// Source: systemd.unit(5), "Conditions and Asserts"; systemd's `config_parse_unit_condition_path`
/// and `config_parse_unit_condition_string`.
public record ConditionLine(String type, boolean trigger, boolean negate, String text) {
    private static final Pattern PREFIXES =
            Pattern.compile("(\\|?)[ \\t\\n\\r]*(!?)[ \\t\\n\\r]*(.*)", Pattern.DOTALL);
    private static final Pattern KIND = Pattern.compile("^(Condition|Assert)");
    private static final Pattern PATH_PREFIXES = Pattern.compile("(\\|?)(!?)(.*)", Pattern.DOTALL);

    /// Parses the prefixes of a value that is not empty. Before a path no blanks may follow them.
    public static ConditionLine parse(String type, String value) {
        Matcher parts = (isPath(type) ? PATH_PREFIXES : PREFIXES).matcher(value);
        if (!parts.matches()) {
            throw new IllegalStateException(value);
        }
        return new ConditionLine(
                type, !parts.group(1).isEmpty(), !parts.group(2).isEmpty(), parts.group(3));
    }

    public static ConditionLine of(Setting line) {
        return parse(KIND.matcher(line.key()).replaceFirst(""), line.value());
    }

    /// Returns the condition that systemd makes of the line; null where it leaves the line out with
    /// a warning, because a path is not absolute or leads back up.
    ///
    /// @param expanded the text with its specifiers expanded
    public @Nullable Condition condition(String expanded) {
        if (!isPath(type)) {
            return new Condition(type, trigger, negate, expanded);
        }
        boolean kept = expanded.startsWith("/") && !(expanded + "/").contains("/../");
        return kept ? new Condition(type, trigger, negate, plain(expanded)) : null;
    }

    private static String plain(String path) {
        return "/" + String.join("/", Words.ofPath(path));
    }

    private static boolean isPath(String type) {
        ConditionType known = ConditionType.named(type);
        return known != null && known.asksPath();
    }
}
