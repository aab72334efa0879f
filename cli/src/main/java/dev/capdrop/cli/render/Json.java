package dev.capdrop.cli.render;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.capdrop.record.AsciiJson;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /// An object, its members in the order in which they were added.
    public static final class Members extends LinkedHashMap<String, @Nullable Object> {
        private static final long serialVersionUID = 1;

        /// Adds a member.
        public Members with(String key, @Nullable Object value) {
            put(key, value);
            return this;
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
}
