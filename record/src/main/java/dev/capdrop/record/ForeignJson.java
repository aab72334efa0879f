package dev.capdrop.record;

import module java.base;

import org.jspecify.annotations.Nullable;

/// JSON of another program as maps, lists and [Literal], within our limits, written back unchanged.
public final class ForeignJson {
    private ForeignJson() {}

    /// A number as it was written, by the grammar of RFC 8259.
    public record Literal(String literal) {}

    /// Reads the object that a document holds; another one is refused in a sentence.
    public static Map<String, @Nullable Object> read(byte[] document, String source)
            throws RecordException {
        return fields(JsonReader.read(document, source));
    }

    /// Writes an object of maps, lists, strings, booleans, [Literal] and null as a document.
    public static byte[] write(Map<String, ? extends @Nullable Object> object) {
        return JsonWriter.write(object(object));
    }

    private static Map<String, @Nullable Object> fields(JsonValue.Obj object) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        object.fields().forEach((name, value) -> fields.put(name, plain(value)));
        return Collections.unmodifiableMap(fields);
    }

    private static @Nullable Object plain(JsonValue value) {
        return switch (value) {
            case JsonValue.Obj object -> fields(object);
            case JsonValue.Arr array -> {
                List<@Nullable Object> items = new ArrayList<>();
                array.items().forEach(item -> items.add(plain(item)));
                yield Collections.unmodifiableList(items);
            }
            case JsonValue.Text text -> text.value();
            case JsonValue.Num number -> new Literal(number.literal());
            case JsonValue.Bool bool -> bool.value();
            case JsonValue.Null _ -> null;
        };
    }

    private static JsonValue.Obj object(Map<?, ?> map) {
        JsonValue.Obj object = new JsonValue.Obj();
        map.forEach((name, value) -> object.fields().put(String.valueOf(name), json(value)));
        return object;
    }

    private static JsonValue json(@Nullable Object value) {
        return switch (value) {
            case null -> new JsonValue.Null(Place.NONE);
            case Map<?, ?> map -> object(map);
            case List<?> list -> {
                JsonValue.Arr array = new JsonValue.Arr();
                list.forEach(item -> array.items().add(json(item)));
                yield array;
            }
            case String text -> new JsonValue.Text(text);
            case Boolean bool -> new JsonValue.Bool(bool);
            case Literal number -> new JsonValue.Num(number.literal(), Place.NONE);
            default -> throw new IllegalArgumentException(value.getClass() + " is no JSON");
        };
    }
}
