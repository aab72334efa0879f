package dev.capdrop.fuzz;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A document of JSON in its pieces, and what nobody would write into one.
public final class JsonPieces {
    /// A string, a number or word, or a mark.
    private static final Pattern PIECE =
            Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*+\"|[-+.\\w]++|[\\[\\]{},:]");

    /// Values of the wrong kind, out of range or too long.
    private static final List<String> VALUES =
            List.of(
                    "null",
                    "true",
                    "false",
                    "{}",
                    "[]",
                    "[null]",
                    "[[[]]]",
                    "\"\"",
                    "\" \"",
                    "\"\\u0000\"",
                    "\"\\ud800\"",
                    "\"\\udc00\\ud800x\"",
                    "\"\\u001b[2J\\r\\n\"",
                    "\"\u0085\u2028\u202e\"",
                    "\"\ufffd\u00ff\"",
                    "\"../../../../etc/passwd\"",
                    "\"a\\nlxc.cap.keep = \"",
                    "\"" + "A".repeat(70_000) + "\"",
                    "0",
                    "-0",
                    "-1",
                    "1.5",
                    "1e400",
                    "2147483648",
                    "9223372036854775807",
                    "-9223372036854775808",
                    "9223372036854775808",
                    "9".repeat(99),
                    "\"-999999999-01-01T00:00:00Z\"",
                    "\"+1000000000-12-31T23:59:59.999999999Z\"",
                    "\"ffffffffffffffff\"");

    /// What makes it no document, and marks where none belong.
    private static final List<String> BROKEN =
            List.of(
                    "0x10",
                    "NaN",
                    "9".repeat(5000),
                    "[".repeat(80),
                    "{\"a\":".repeat(80),
                    "[".repeat(100_000),
                    ",",
                    ":",
                    "}",
                    "]",
                    "{",
                    "\"",
                    "\\",
                    "\0",
                    "//",
                    "\ufeff");

    private final List<String> pieces;

    /// Which of them are values, and not names or marks.
    private final List<Integer> values = new ArrayList<>();

    /// @param document a good one
    public JsonPieces(String document) {
        pieces = Mutator.pieces(document, PIECE);
        for (int at = 0; at < pieces.size(); at++) {
            boolean mark = "[]{},:".contains(pieces.get(at)) || pieces.get(at).isBlank();
            boolean name = at + 1 < pieces.size() && pieces.get(at + 1).equals(":");
            if (!mark && !name) {
                values.add(at);
            }
        }
    }

    /// A hostile one: most often with other values, so that it is read to its end.
    public String mutated(Mutator mutator) {
        if (mutator.below(4) == 0) {
            return mutator.text(pieces, mutator.below(2) == 0 ? VALUES : BROKEN);
        }
        List<String> all = new ArrayList<>(pieces);
        for (int change = mutator.below(3); change >= 0; change--) {
            int at = mutator.oneOf(values);
            all.set(at, value(mutator, pieces.get(at).charAt(0)));
        }
        return String.join("", all);
    }

    /// Most often one of the same kind.
    private String value(Mutator mutator, char kind) {
        boolean odd = mutator.below(2) == 0;
        for (int attempt = mutator.below(20); attempt > 0; attempt--) {
            String value = odd ? mutator.oneOf(VALUES) : pieces.get(mutator.oneOf(values));
            if ((value.charAt(0) == '"') == (kind == '"')) {
                return value;
            }
        }
        return mutator.oneOf(VALUES);
    }

    /// The same with lists of a few: a recording of eighty units takes long to read ten thousand
    /// times.
    ///
    /// @param most how long a list may be
    public static Map<String, @Nullable Object> cut(
            Map<String, ? extends @Nullable Object> object, int most) {
        Map<String, @Nullable Object> cut = new LinkedHashMap<>();
        object.forEach((name, value) -> cut.put(name, cut(value, most)));
        return cut;
    }

    private static @Nullable Object cut(@Nullable Object value, int most) {
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> cut = new LinkedHashMap<>();
            map.forEach((name, one) -> cut.put(String.valueOf(name), cut(one, most)));
            return cut;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> cut = new ArrayList<>();
            list.subList(0, Math.min(most, list.size())).forEach(one -> cut.add(cut(one, most)));
            return cut;
        }
        return value;
    }
}
