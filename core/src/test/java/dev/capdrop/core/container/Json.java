package dev.capdrop.core.container;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Just enough JSON for recorded answers: core has no library for it.
final class Json {
    private static final Pattern TOKEN =
            Pattern.compile("\\s*([{}\\[\\]:,]|\"(?:[^\"\\\\]|\\\\.)*\"|[-0-9.]+|true|false|null)");

    private final Matcher tokens;
    private String token = "";

    private Json(String text) {
        tokens = TOKEN.matcher(text);
        advance();
    }

    @SuppressWarnings("unchecked")
    static Map<String, @Nullable Object> object(String text) {
        Object value = new Json(text).value();
        if (value instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        throw new IllegalArgumentException("no object");
    }

    private void advance() {
        token = tokens.lookingAt() ? tokens.group(1) : "";
        tokens.region(token.isEmpty() ? tokens.regionStart() : tokens.end(), tokens.regionEnd());
    }

    private String take() {
        String taken = token;
        advance();
        return taken;
    }

    private @Nullable Object value() {
        String first = take();
        return switch (first) {
            case "{" -> members();
            case "[" -> elements();
            case "true", "false" -> Boolean.valueOf(first);
            case "null" -> null;
            default -> first.startsWith("\"") ? string(first) : Long.valueOf(first);
        };
    }

    private Map<String, @Nullable Object> members() {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (!token.equals("}")) {
            String key = string(take());
            take();
            members.put(key, value());
            comma();
        }
        take();
        return members;
    }

    private List<@Nullable Object> elements() {
        List<@Nullable Object> elements = new ArrayList<>();
        while (!token.equals("]")) {
            elements.add(value());
            comma();
        }
        take();
        return elements;
    }

    private void comma() {
        if (token.equals(",")) {
            take();
        }
    }

    private static String string(String quoted) {
        Pattern escape = Pattern.compile("\\\\(u([0-9a-fA-F]{4})|.)");
        return escape.matcher(quoted.substring(1, quoted.length() - 1))
                .replaceAll(match -> Matcher.quoteReplacement(unescaped(match.group(1))));
    }

    private static String unescaped(String escape) {
        return switch (escape.charAt(0)) {
            case 'u' -> Character.toString(Integer.parseInt(escape.substring(1), 16));
            case 'n' -> "\n";
            case 't' -> "\t";
            default -> escape;
        };
    }
}
