package dev.capdrop.linux.bus;

import module java.base;

import org.jspecify.annotations.Nullable;

/// What [WireReader] has read, as the types that are expected. An answer that was an error (a
/// property that this systemd does not have yet) becomes the empty value.
final class BusValues {
    private static final int MAX_TEXT = 4096;

    static String text(@Nullable Object value) {
        String text = value == null ? "" : value.toString();
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    static boolean flag(@Nullable Object value) {
        return Boolean.TRUE.equals(value);
    }

    static long number(@Nullable Object value) {
        return value instanceof Long number ? number : 0;
    }

    static List<String> texts(@Nullable Object value) {
        List<String> texts = new ArrayList<>();
        for (Object one : list(value)) {
            texts.add(text(one));
        }
        return texts;
    }

    /// The rows of an array of structures.
    static List<List<?>> rows(@Nullable Object value) {
        List<List<?>> rows = new ArrayList<>();
        for (Object row : list(value)) {
            rows.add(list(row));
        }
        return rows;
    }

    /// The elements of an array, or the fields of a structure.
    static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }
}
