package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.capdrop.record.AsciiJson;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Writes a tree of maps, lists, strings, numbers and booleans as JSON.
public final class Json {
    private static final JsonFactory FACTORY = AsciiJson.factory();

    private Json() {}

    /// Returns an object with these members, in this order: key, value, key, value, …
    public static Map<String, @Nullable Object> object(@Nullable Object... members) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            object.put(String.valueOf(members[i]), members[i + 1]);
        }
        return object;
    }

    /// Returns an object without members, to which each is added by a line of its own.
    public static Members members() {
        return new Members();
    }

    /// Returns a document, to which members are added: an object that begins with its schema.
    public static Members document(String schema) {
        return members().with("schema", schema);
    }

    /// An object, its members in the order in which they were added.
    public static final class Members extends LinkedHashMap<String, @Nullable Object> {
        private static final long serialVersionUID = 1;

        public Members with(String key, @Nullable Object value) {
            put(key, value);
            return this;
        }

        /// Adds the members of another object.
        public Members all(Map<String, ? extends @Nullable Object> more) {
            putAll(more);
            return this;
        }

        /// Adds a line of a file.
        public Members at(String file, int line, String text) {
            return with("file", file).with("line", line).with("text", text);
        }

        /// Adds a list of what `form` makes of each.
        public <T> Members list(
                String key, Collection<? extends T> all, Function<T, ? extends Object> form) {
            return with(key, all.stream().<Object>map(form).toList());
        }

        /// Adds what `form` makes of a value; null where there is none.
        public <T> Members orNull(
                String key, @Nullable T value, Function<T, ? extends @Nullable Object> form) {
            return with(key, value == null ? null : form.apply(value));
        }

        /// Adds a text; null where it is empty.
        public Members text(String key, String text) {
            return with(key, text.isEmpty() ? null : text);
        }
    }

    /// Writes `value` and a line feed, in ASCII.
    public static void write(OutputStream out, Object value) throws IOException {
        JsonGenerator generator = FACTORY.createGenerator(out);
        generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        generator.useDefaultPrettyPrinter();
        write(generator, value);
        generator.writeRaw('\n');
        generator.close();
    }

    /// Writes `value` on one line, for a place inside another document.
    public static void writeCompact(OutputStream out, Object value) throws IOException {
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            write(generator, value);
        }
    }

    private static void write(JsonGenerator generator, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> generator.writeNull();
            case Map<?, ?> object -> {
                generator.writeStartObject();
                for (Map.Entry<?, ?> member : object.entrySet()) {
                    generator.writeFieldName(String.valueOf(member.getKey()));
                    write(generator, member.getValue());
                }
                generator.writeEndObject();
            }
            case List<?> list -> {
                generator.writeStartArray();
                for (Object item : list) {
                    write(generator, item);
                }
                generator.writeEndArray();
            }
            case Boolean flag -> generator.writeBoolean(flag);
            case Integer number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            default -> generator.writeString(value.toString());
        }
    }

    /// Returns a kind of thing as JSON has it: its class's name in lower case, words joined by `-`.
    public static String word(Class<?> kind) {
        String name = kind.getSimpleName().replaceAll("([a-z])([A-Z])", "$1-$2");
        return name.toLowerCase(Locale.ROOT);
    }

    /// Returns an enum's constant as JSON has it: lower case, words joined by `-`.
    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The origin of a document; null is what is not known.
    public record Made(
            @Nullable String version, @Nullable String host, @Nullable String kernel, Instant at) {
        private static final String SCHEMA = "schema";

        public Made {
            at = at.truncatedTo(ChronoUnit.SECONDS);
        }

        /// Returns the time in UTC, as in ISO 8601.
        public String time() {
            return at.toString();
        }

        /// Returns a report with this in `made`, behind its schema; any other tree unchanged.
        Object envelop(Object tree) {
            if (!(tree instanceof Map<?, ?> report) || !report.containsKey(SCHEMA)) {
                return tree;
            }
            Map<Object, @Nullable Object> whole = new LinkedHashMap<>();
            whole.put(SCHEMA, report.get(SCHEMA));
            whole.put(
                    "made",
                    object("version", version, "host", host, "kernel", kernel, "time", time()));
            report.forEach(whole::putIfAbsent);
            return whole;
        }

        public void write(Terminal.DataStream data, Object tree) throws IOException {
            Json.write(data, envelop(tree));
        }
    }
}
