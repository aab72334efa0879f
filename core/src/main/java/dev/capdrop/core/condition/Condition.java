package dev.capdrop.core.condition;

import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitTree.FileText;
import dev.capdrop.core.unit.Words;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A `Condition…=` or `Assert…=` line, parsed.
///
/// @param type the name without `Condition` or `Assert`, as in `Capability`, `PathExists`
/// @param trigger whether it was written with `|`: of all triggers one must hold
/// @param negate whether it was written with `!`
/// @param parameter the right side, specifiers expanded
public record Condition(String type, boolean trigger, boolean negate, String parameter) {
    /// Returns the line as written in a file, `ConditionCapability=!CAP_SYS_RAWIO`.
    public String format() {
        return format("Condition");
    }

    /// Returns the line as an assertion, `AssertCapability=!CAP_SYS_RAWIO`.
    public String formatAssertion() {
        return format("Assert");
    }

    private String format(String family) {
        return family + type + "=" + (trigger ? "|" : "") + (negate ? "!" : "") + parameter;
    }

    // written out: the JVM makes those of a record anew at each start
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Condition that
                && type.equals(that.type)
                && trigger == that.trigger
                && negate == that.negate
                && parameter.equals(that.parameter);
    }

    @Override
    public int hashCode() {
        return 31 * type.hashCode() + parameter.hashCode();
    }

    /// A condition and its result when systemd last started the unit.
    ///
    /// @param result SUCCEEDED, FAILED or UNTESTED, with negation applied as systemd reports it
    public record Tested(Condition condition, Result result) {
        // written out: the JVM makes those of a record anew at each start
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Tested that
                    && condition.equals(that.condition)
                    && result == that.result;
        }

        @Override
        public int hashCode() {
            return 31 * condition.hashCode() + result.hashCode();
        }
    }

    /// The result of a condition, or of a list of them. The first four are systemd's own.
    public enum Result {
        /// An earlier condition of the list had already decided.
        UNTESTED,
        SUCCEEDED,
        FAILED,
        /// The test could not be made; for the list that counts as failed.
        ERROR,
        /// capdrop lacks the facts to know. Never systemd's answer.
        UNDECIDED;

        /// Whether systemd lets the unit go on: only SUCCEEDED does.
        public boolean holds() {
            return this == SUCCEEDED;
        }

        static Result of(@Nullable Boolean holds) {
            return holds == null ? UNDECIDED : holds ? SUCCEEDED : FAILED;
        }

        /// Returns the result of a test of a fact; null stands for "nobody knows".
        static <T> Result of(@Nullable T fact, Predicate<T> test) {
            return fact == null ? UNDECIDED : of(test.test(fact));
        }

        /// Returns the result of a test of a file's text.
        static Result of(FileText file, Predicate<String> test, Result missing) {
            return switch (file) {
                case FileText.Text(String text) -> of(test.test(text));
                case FileText.Missing _ -> missing;
                case FileText.Unreadable _ -> UNDECIDED;
            };
        }

        Result negated() {
            return switch (this) {
                case SUCCEEDED -> FAILED;
                case FAILED -> SUCCEEDED;
                case UNTESTED, ERROR, UNDECIDED -> this;
            };
        }

        /// Returns the result of a state of D-Bus: positive held, negative failed, zero untested.
        public static Result ofState(int state) {
            return state > 0 ? SUCCEEDED : state < 0 ? FAILED : UNTESTED;
        }
    }

    /// A `Condition…=` or `Assert…=` line as it is written, before its specifiers are expanded.
    ///
    /// Source: systemd.unit(5), "Conditions and Asserts"; systemd's
    /// `config_parse_unit_condition_path` and `config_parse_unit_condition_string`.
    public record ConditionLine(String type, boolean trigger, boolean negate, String text) {
        private static final Pattern PREFIXES =
                Pattern.compile("(\\|?)[ \\t\\n\\r]*(!?)[ \\t\\n\\r]*(.*)", Pattern.DOTALL);
        private static final Pattern KIND = Pattern.compile("^(Condition|Assert)");
        private static final Pattern PATH_PREFIXES =
                Pattern.compile("(\\|?)(!?)(.*)", Pattern.DOTALL);

        /// Parses the prefixes of a value that is not empty. Before a path no blank may follow.
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

        /// Returns the condition that systemd makes of the line; null where it leaves the line out
        /// with a warning, because a path is not absolute or leads back up.
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
}
