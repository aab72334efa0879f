package dev.capdrop.record;

import dev.capdrop.capability.CapabilitySet;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Strings that stand for something narrower: an instant, a set, a choice.
final class Values {
    private Values() {}

    /// Parses ISO 8601 in UTC, `2026-11-25T10:15:00.123Z`.
    static Instant instant(Fields fields, String name) throws RecordException {
        try {
            return Instant.parse(fields.required(name));
        } catch (DateTimeException malformed) {
            throw fields.wrong(name, "an instant such as '2026-11-25T10:15:00Z'");
        }
    }

    /// Parses 1 to 16 hex digits, bit N for capability number N.
    static CapabilitySet capabilities(Fields fields, String name) throws RecordException {
        try {
            return CapabilitySet.parseHex(fields.required(name));
        } catch (IllegalArgumentException malformed) {
            throw fields.wrong(name, "1 to 16 hex digits");
        }
    }

    /// Returns an enum's constant in lower case, words joined by `-`.
    static String choice(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Returns the constant written as `name`'s value.
    static <E extends Enum<E>> E choice(Fields fields, String name, Class<E> type)
            throws RecordException {
        E known = known(fields.required(name), type);
        if (known != null) {
            return known;
        }
        List<String> words = Arrays.stream(type.getEnumConstants()).map(Values::choice).toList();
        throw fields.wrong(name, "one of " + String.join(", ", words));
    }

    /// Returns the constant of this word; null where this version has none.
    static <E extends Enum<E>> @Nullable E known(String word, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (isChoice(word, constant.name())) {
                return constant;
            }
        }
        return null;
    }

    /// Whether this is the word of the constant with this name, without a string for each that is
    /// not.
    private static boolean isChoice(String word, String name) {
        boolean same = word.length() == name.length();
        for (int i = 0; same && i < name.length(); i++) {
            char c = name.charAt(i);
            same = word.charAt(i) == (c == '_' ? '-' : Character.toLowerCase(c));
        }
        return same;
    }
}
