package dev.capdrop.linux.bus;

import java.util.ArrayList;
import java.util.List;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.UInt64;
import org.jspecify.annotations.Nullable;

/// Turns the library's values into ours. An answer that was an error (a property that this systemd
/// does not have yet) becomes the empty value.
final class BusValues {
    private static final int MAX_TEXT = 4096;

    private BusValues() {}

    static String text(@Nullable Object value) {
        String text = value == null ? "" : value.toString();
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    static boolean flag(@Nullable Object value) {
        return Boolean.TRUE.equals(value);
    }

    static long number(@Nullable Object value) {
        return switch (value) {
            case UInt64 number -> number.longValue();
            case UInt32 number -> number.longValue();
            case Integer number -> number;
            case null, default -> 0;
        };
    }

    static List<String> texts(@Nullable Object value) {
        List<String> texts = new ArrayList<>();
        for (Object one : list(value)) {
            texts.add(text(one));
        }
        return texts;
    }

    /// The rows of an array of structures.
    static List<Object[]> rows(@Nullable Object value) {
        List<Object[]> rows = new ArrayList<>();
        for (Object row : list(value)) {
            rows.add(row instanceof Object[] fields ? fields : list(row).toArray());
        }
        return rows;
    }

    private static List<?> list(@Nullable Object value) {
        return switch (value) {
            case List<?> list -> list;
            case Object[] array -> List.of(array);
            case null, default -> List.of();
        };
    }
}
