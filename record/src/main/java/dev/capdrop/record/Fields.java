package dev.capdrop.record;

import module java.base;

import org.jspecify.annotations.Nullable;

/// An object of a document while it is read. It may remember which fields were asked for; the rest
/// is unknown. A field that is absent or null counts as its type's empty value, unless required.
final class Fields {
    private final String source;
    private final JsonValue.Obj object;

    /// Null where nobody will ask what was unknown: each document has thousands of objects.
    private final @Nullable Asked asked;

    /// The names that were asked for, and the objects and lists among them.
    private record Asked(
            Set<String> names, Map<String, Fields> objects, Map<String, List<Fields>> lists) {
        Asked() {
            this(new HashSet<>(), new HashMap<>(), new HashMap<>());
        }
    }

    Fields(String source, JsonValue.Obj object, boolean remembers) {
        this.source = source;
        this.object = object;
        this.asked = remembers ? new Asked() : null;
    }

    private Fields below(JsonValue.Obj other) {
        return new Fields(source, other, asked != null);
    }

    String required(String name) throws RecordException {
        if (!(take(name) instanceof JsonValue.Text text)) {
            throw new RecordException(
                    source, object.place(), "has no string '" + name + "' in its object");
        }
        return text.value();
    }

    String text(String name) throws RecordException {
        JsonValue value = take(name);
        return value != null ? text(name, value) : "";
    }

    /// Whether there is such a field, null or not.
    boolean has(String name) {
        return object.fields().containsKey(name);
    }

    String bytes(String name) throws RecordException {
        JsonValue value = take(name);
        return value != null ? ByteString.read(this, name, value) : "";
    }

    boolean bool(String name) throws RecordException {
        JsonValue value = take(name);
        if (value != null && !(value instanceof JsonValue.Bool)) {
            throw wrong(name, value, "true or false");
        }
        return value instanceof JsonValue.Bool bool && bool.value();
    }

    int integer(String name) throws RecordException {
        JsonValue value = take(name);
        long number = value == null ? 0 : integer(name, value);
        if (value != null && number != (int) number) {
            throw wrong(name, value, "a whole number of 32 bits");
        }
        return (int) number;
    }

    long number(String name) throws RecordException {
        JsonValue value = take(name);
        return value != null ? integer(name, value) : 0;
    }

    List<String> texts(String name) throws RecordException {
        JsonValue value = take(name);
        return value != null ? texts(name, value) : List.of();
    }

    @Nullable Fields object(String name) throws RecordException {
        JsonValue value = take(name);
        if (value == null) {
            return null;
        }
        Fields fields = below(asObject(name, value));
        if (asked != null) {
            asked.objects.put(name, fields);
        }
        return fields;
    }

    Fields requiredObject(String name) throws RecordException {
        Fields fields = object(name);
        if (fields == null) {
            throw new RecordException(
                    source, object.place(), "has no object '" + name + "' in its object");
        }
        return fields;
    }

    List<Fields> objects(String name) throws RecordException {
        List<JsonValue> items = array(name);
        List<Fields> list = new ArrayList<>(items.size());
        for (JsonValue item : items) {
            list.add(below(asObject(name, item)));
        }
        if (asked != null) {
            asked.lists.put(name, list);
        }
        return list;
    }

    @FunctionalInterface
    interface Item<T> {
        T read(Fields item) throws RecordException;
    }

    /// Returns the objects of the array called `name`, each as it is read.
    <T> List<T> list(String name, Item<T> item) throws RecordException {
        List<Fields> objects = objects(name);
        List<T> list = new ArrayList<>(objects.size());
        for (Fields fields : objects) {
            list.add(item.read(fields));
        }
        return list;
    }

    /// Returns the object called `name` as a map whose keys are data; empty where there is none.
    Map<String, JsonValue> map(String name) throws RecordException {
        JsonValue value = take(name);
        return value != null ? asObject(name, value).fields() : Map.of();
    }

    String text(String name, JsonValue value) throws RecordException {
        if (!(value instanceof JsonValue.Text text)) {
            throw wrong(name, value, "a string");
        }
        return text.value();
    }

    List<String> texts(String name, JsonValue value) throws RecordException {
        List<JsonValue> items = asArray(name, value);
        List<String> texts = new ArrayList<>(items.size());
        for (JsonValue item : items) {
            texts.add(text(name, item));
        }
        return texts;
    }

    JsonValue.Obj asObject(String name, JsonValue value) throws RecordException {
        if (!(value instanceof JsonValue.Obj found)) {
            throw wrong(name, value, "an object");
        }
        return found;
    }

    /// Returns the fields that were never asked for, here and below; none where not remembered.
    JsonValue.Obj unknown() {
        JsonValue.Obj unknown = new JsonValue.Obj();
        Asked known = asked;
        if (known != null) {
            object.fields()
                    .forEach((name, value) -> {
                        JsonValue rest =
                                known.names.contains(name) ? unknownBelow(known, name) : value;
                        if (rest != null) {
                            unknown.fields().put(name, rest);
                        }
                    });
        }
        return unknown;
    }

    private static @Nullable JsonValue unknownBelow(Asked known, String name) {
        Fields below = known.objects.get(name);
        if (below != null) {
            JsonValue.Obj rest = below.unknown();
            return rest.fields().isEmpty() ? null : rest;
        }
        List<Fields> items = known.lists.get(name);
        if (items == null) {
            return null;
        }
        List<JsonValue> rests = new ArrayList<>();
        boolean any = false;
        for (Fields item : items) {
            JsonValue.Obj rest = item.unknown();
            any |= !rest.fields().isEmpty();
            rests.add(rest);
        }
        return any ? new JsonValue.Arr(rests, Place.NONE) : null;
    }

    /// Refuses a field that nobody has asked for; only where that was remembered.
    void requireNoOther() throws RecordException {
        Asked known = Objects.requireNonNull(asked);
        for (Map.Entry<String, JsonValue> field : object.fields().entrySet()) {
            if (!known.names.contains(field.getKey())) {
                throw new RecordException(
                        source,
                        field.getValue().place(),
                        "has a field '%s' that is not known, expected one of %s"
                                .formatted(
                                        field.getKey(),
                                        String.join(", ", new TreeSet<>(known.names))));
            }
        }
    }

    RecordException refused(String problem) {
        return new RecordException(source, object.place(), problem);
    }

    RecordException wrong(String name, String expected) {
        JsonValue value = object.fields().get(name);
        return new RecordException(
                source,
                value == null ? object.place() : value.place(),
                "has a '" + name + "' that is not " + expected);
    }

    private RecordException wrong(String name, JsonValue value, String expected) {
        return new RecordException(
                source,
                value.place(),
                "has " + value.kind() + " for '" + name + "', expected " + expected);
    }

    private long integer(String name, JsonValue value) throws RecordException {
        if (value instanceof JsonValue.Num number) {
            try {
                return Long.parseLong(number.literal());
            } catch (NumberFormatException tooLargeOrFraction) {
                throw wrong(name, "a whole number of 64 bits");
            }
        }
        throw wrong(name, value, "a whole number");
    }

    private List<JsonValue> array(String name) throws RecordException {
        JsonValue value = take(name);
        return value != null ? asArray(name, value) : List.of();
    }

    private List<JsonValue> asArray(String name, JsonValue value) throws RecordException {
        if (!(value instanceof JsonValue.Arr array)) {
            throw wrong(name, value, "an array");
        }
        return array.items();
    }

    private @Nullable JsonValue take(String name) {
        if (asked != null) {
            asked.names.add(name);
        }
        JsonValue value = object.fields().get(name);
        return value instanceof JsonValue.Null ? null : value;
    }
}
