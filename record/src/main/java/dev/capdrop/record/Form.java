package dev.capdrop.record;

import dev.capdrop.capability.CapabilitySet;
import module java.base;
import org.jspecify.annotations.Nullable;

/// An object of a document, and the value that it stands for: one description ([Shape]) reads and
/// writes it, field by field, so that the two cannot differ. Each method takes a field's name and
/// what the value has there, and returns what the field holds. Empty fields are left out.
final class Form<T> {
    private final @Nullable Fields from;
    private final @Nullable T value;
    private final JsonValue.@Nullable Obj to;

    private Form(@Nullable Fields from, @Nullable T value, JsonValue.@Nullable Obj to) {
        this.from = from;
        this.value = value;
        this.to = to;
    }

    /// The fields of a value, in the order of the document.
    @FunctionalInterface
    interface Shape<T> {
        T of(Form<T> form) throws RecordException;
    }

    static <T> T read(Fields fields, Shape<T> shape) throws RecordException {
        return shape.of(new Form<>(fields, null, null));
    }

    static <T> JsonValue.Obj write(T value, Shape<T> shape) {
        JsonValue.Obj object = new JsonValue.Obj();
        try {
            shape.of(new Form<>(null, value, object));
        } catch (RecordException impossible) {
            throw new IllegalStateException(impossible);
        }
        return object;
    }

    /// Returns the form of a part of the value whose fields stand in the same object.
    <P> Form<P> part(Function<T, P> get) {
        return from == null ? new Form<>(null, had(get), to) : new Form<>(from, null, null);
    }

    private <V extends @Nullable Object> V had(Function<T, V> get) {
        return get.apply(Objects.requireNonNull(value));
    }

    private void put(String name, JsonValue field) {
        Objects.requireNonNull(to).fields().put(name, field);
    }

    private void putText(String name, String text) {
        put(name, new JsonValue.Text(text));
    }

    void schema(Schema schema) throws RecordException {
        if (from == null) {
            putText("schema", schema.current());
        } else {
            schema.check(from);
        }
    }

    String text(String name, Function<T, String> get) throws RecordException {
        return text(name, "", get);
    }

    String text(String name, String usual, Function<T, String> get) throws RecordException {
        return field(
                name,
                (fields, key) -> usual.isEmpty() || fields.has(key) ? fields.text(key) : usual,
                get,
                text -> text.equals(usual) ? null : new JsonValue.Text(text));
    }

    @FunctionalInterface
    private interface Reading<V extends @Nullable Object> {
        V of(Fields fields, String name) throws RecordException;
    }

    /// Reads or writes a field; `form` makes null of a value that is left out.
    private <V extends @Nullable Object> V field(
            String name,
            Reading<V> reading,
            Function<T, V> get,
            Function<V, @Nullable JsonValue> form)
            throws RecordException {
        if (from != null) {
            return reading.of(from, name);
        }
        V held = had(get);
        JsonValue field = form.apply(held);
        if (field != null) {
            put(name, field);
        }
        return held;
    }

    /// A string that reading requires, empty or not.
    String required(String name, Function<T, String> get) throws RecordException {
        return from == null ? always(name, get) : from.required(name);
    }

    /// A string that is written even if it is empty.
    String always(String name, Function<T, String> get) throws RecordException {
        return field(name, Fields::text, get, JsonValue.Text::new);
    }

    /// A string of bytes, which reading does not require and which is always written.
    String bytes(String name, Function<T, String> get) throws RecordException {
        return field(name, Fields::bytes, get, ByteString::write);
    }

    boolean bool(String name, Function<T, Boolean> get) throws RecordException {
        return field(name, Fields::bool, get, on -> on ? new JsonValue.Bool(true) : null);
    }

    long number(String name, Function<T, Long> get) throws RecordException {
        return field(name, Fields::number, get, it -> it == 0 ? null : new JsonValue.Num(it));
    }

    int integer(String name, Function<T, Integer> get) throws RecordException {
        return from == null
                ? (int) number(name, value -> (long) get.apply(value))
                : from.integer(name);
    }

    /// An instant in ISO 8601 and UTC, which reading requires.
    Instant instant(String name, Function<T, Instant> get) throws RecordException {
        String text = required(name, value -> get.apply(value).toString());
        try {
            return Instant.parse(text);
        } catch (DateTimeException malformed) {
            throw wrong(name, "an instant such as '2026-11-25T10:15:00Z'");
        }
    }

    @Nullable Instant instantOrNull(String name, Function<T, @Nullable Instant> get)
            throws RecordException {
        boolean there = from == null ? had(get) != null : from.has(name);
        return there ? instant(name, value -> Objects.requireNonNull(get.apply(value))) : null;
    }

    /// A set of capabilities as 1 to 16 hex digits, bit N for number N, which reading requires.
    CapabilitySet set(String name, Function<T, CapabilitySet> get) throws RecordException {
        String text = required(name, value -> get.apply(value).formatHex());
        try {
            return CapabilitySet.parseHex(text);
        } catch (IllegalArgumentException malformed) {
            throw wrong(name, "1 to 16 hex digits");
        }
    }

    CapabilitySet set(String name, CapabilitySet usual, Function<T, CapabilitySet> get)
            throws RecordException {
        CapabilitySet set = setOrNull(name, v -> usual.equals(get.apply(v)) ? null : get.apply(v));
        return set == null ? usual : set;
    }

    /// Null means that it is unknown; an empty set is known to be empty.
    @Nullable CapabilitySet setOrNull(String name, Function<T, @Nullable CapabilitySet> get)
            throws RecordException {
        boolean there = from == null ? had(get) != null : from.has(name);
        return there ? set(name, value -> Objects.requireNonNull(get.apply(value))) : null;
    }

    /// A constant by its [#word], which reading requires.
    <E extends Enum<E>> E choice(String name, Class<E> type, Function<T, E> get)
            throws RecordException {
        String word = required(name, value -> word(get.apply(value)));
        E known = known(word, type);
        if (known != null) {
            return known;
        }
        List<String> words = Arrays.stream(type.getEnumConstants()).map(Form::word).toList();
        throw wrong(name, "one of " + String.join(", ", words));
    }

    <E extends Enum<E>> E choice(String name, E usual, Class<E> type, Function<T, E> get)
            throws RecordException {
        String word = text(name, v -> get.apply(v) == usual ? "" : word(get.apply(v)));
        return word.isEmpty() ? usual : choice(name, type, get);
    }

    List<String> texts(String name, Function<T, List<String>> get) throws RecordException {
        return field(name, Fields::texts, get, all -> all.isEmpty() ? null : array(all));
    }

    <V> List<V> list(String name, Shape<V> shape, Function<T, List<V>> get) throws RecordException {
        return field(
                name,
                (fields, key) -> fields.list(key, object -> read(object, shape)),
                get,
                all -> all.isEmpty() ? null : array(all, item -> write(item, shape)));
    }

    <V> V object(String name, Shape<V> shape, Function<T, V> get) throws RecordException {
        return field(
                name,
                (fields, key) -> read(fields.requiredObject(key), shape),
                get,
                object -> write(object, shape));
    }

    <V> @Nullable V objectOrNull(String name, Shape<V> shape, Function<T, @Nullable V> get)
            throws RecordException {
        boolean there = from == null ? had(get) != null : from.object(name) != null;
        return there
                ? object(name, shape, value -> Objects.requireNonNull(get.apply(value)))
                : null;
    }

    <V> V object(String name, V usual, Shape<V> shape, Function<T, V> get) throws RecordException {
        V object = objectOrNull(name, shape, v -> usual.equals(get.apply(v)) ? null : get.apply(v));
        return object == null ? usual : object;
    }

    /// A map as a list of objects, each of which holds its name, too, in the order of the names.
    <V> Map<String, V> entries(
            String name, Shape<Map.Entry<String, V>> shape, Function<T, Map<String, V>> get)
            throws RecordException {
        Map<String, V> map = new TreeMap<>();
        list(name, shape, value -> List.copyOf(new TreeMap<>(get.apply(value)).entrySet()))
                .forEach(entry -> map.put(entry.getKey(), entry.getValue()));
        return map;
    }

    @FunctionalInterface
    interface Reader<V> {
        V of(Fields owner, String name, JsonValue field) throws RecordException;
    }

    /// An object whose names are data, by name, which is always written.
    <V> Map<String, V> map(
            String name,
            Reader<V> reader,
            Function<V, JsonValue> writer,
            Function<T, Map<String, V>> get)
            throws RecordException {
        Map<String, V> map = new TreeMap<>();
        if (from == null) {
            map.putAll(had(get));
            JsonValue.Obj object = new JsonValue.Obj();
            map.forEach((key, item) -> object.fields().put(key, writer.apply(item)));
            put(name, object);
        } else {
            for (Map.Entry<String, JsonValue> field : from.map(name).entrySet()) {
                map.put(field.getKey(), reader.of(from, name, field.getValue()));
            }
        }
        return map;
    }

    static JsonValue.Arr array(List<String> texts) {
        return array(texts, JsonValue.Text::new);
    }

    private static <V> JsonValue.Arr array(List<V> all, Function<V, JsonValue> form) {
        JsonValue.Arr array = new JsonValue.Arr();
        all.forEach(item -> array.items().add(form.apply(item)));
        return array;
    }

    /// Returns the exception for a field of the right type whose value makes no sense.
    RecordException wrong(String name, String expected) {
        return Objects.requireNonNull(from).wrong(name, expected);
    }

    /// Returns an enum's constant in lower case, words joined by `-`.
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Returns the constant of this word; null where this version has none.
    static <E extends Enum<E>> @Nullable E known(String word, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (isWord(word, constant.name())) {
                return constant;
            }
        }
        return null;
    }

    /// Whether this is the word of the constant with this name; makes no string.
    private static boolean isWord(String word, String name) {
        boolean same = word.length() == name.length();
        for (int i = 0; same && i < name.length(); i++) {
            char c = name.charAt(i);
            same = word.charAt(i) == (c == '_' ? '-' : Character.toLowerCase(c));
        }
        return same;
    }
}
