package dev.capdrop.record;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON of another program as plain values, read within the same limits and written so that what
/// was read comes out again: objects are maps in their order, arrays are lists, numbers stay as
/// they were written.
public final class ForeignJson {
    private ForeignJson() {}

    /// A number as it was written.
    ///
    /// @param literal by the grammar of RFC 8259
    public record Literal(String literal) {}

    /// The object that a document holds.
    ///
    /// @param source what sentences call the document
    /// @throws RecordException one sentence when it is none
    public static Map<String, @Nullable Object> read(byte[] document, String source)
            throws RecordException {
        return fields(JsonReader.read(document, source));
    }

    /// An object as a document.
    ///
    /// @param object of maps, lists, strings, booleans, [Literal] and null
    public static byte[] write(Map<String, ? extends @Nullable Object> object) {
        return JsonWriter.write(object(object));
    }

    private static Map<String, @Nullable Object> fields(Json.Obj object) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        object.fields().forEach((name, value) -> fields.put(name, plain(value)));
        return Collections.unmodifiableMap(fields);
    }

    private static @Nullable Object plain(Json value) {
        return switch (value) {
            case Json.Obj object -> fields(object);
            case Json.Arr array -> {
                List<@Nullable Object> items = new ArrayList<>();
                array.items().forEach(item -> items.add(plain(item)));
                yield Collections.unmodifiableList(items);
            }
            case Json.Text text -> text.value();
            case Json.Num number -> new Literal(number.literal());
            case Json.Bool bool -> bool.value();
            case Json.Null _ -> null;
        };
    }

    private static Json.Obj object(Map<?, ?> map) {
        Json.Obj object = new Json.Obj();
        map.forEach((name, value) -> object.fields().put(String.valueOf(name), json(value)));
        return object;
    }

    private static Json json(@Nullable Object value) {
        return switch (value) {
            case null -> new Json.Null(Place.NONE);
            case Map<?, ?> map -> object(map);
            case List<?> list -> {
                Json.Arr array = new Json.Arr();
                list.forEach(item -> array.items().add(json(item)));
                yield array;
            }
            case String text -> new Json.Text(text);
            case Boolean bool -> new Json.Bool(bool);
            case Literal number -> new Json.Num(number.literal(), Place.NONE);
            default -> throw new IllegalArgumentException(value.getClass() + " is no JSON");
        };
    }
}
