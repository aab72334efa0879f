package dev.capdrop.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import module java.base;

/// Writes a tree as one compact line of [AsciiJson].
final class JsonWriter {
    private static final JsonFactory FACTORY = AsciiJson.factory();

    /// The depth to which the fields of a document for people have lines of their own.
    private static final int DEEPEST_LINE = 2;

    static byte[] write(JsonValue.Obj document) {
        return write(document, false);
    }

    /// Writes the document for people: each field of it, and of the objects in it, begins a line.
    static byte[] writeInLines(JsonValue.Obj document) {
        return write(document, true);
    }

    private static byte[] write(JsonValue.Obj document, boolean lines) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
        try (JsonGenerator generator = FACTORY.createGenerator(bytes)) {
            if (lines) {
                generator.setPrettyPrinter(
                        new DefaultPrettyPrinter()
                                .withObjectIndenter(JsonWriter.Lines.OUTER)
                                .withArrayIndenter(JsonWriter.Lines.OUTER));
            }
            write(document, generator);
            generator.writeRaw('\n');
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private enum Lines implements DefaultPrettyPrinter.Indenter {
        OUTER;

        @Override
        public void writeIndentation(JsonGenerator to, int level) throws IOException {
            if (level <= DEEPEST_LINE) {
                to.writeRaw('\n');
                to.writeRaw("  ".repeat(level));
            }
        }

        @Override
        public boolean isInline() {
            return false;
        }
    }

    private static void write(JsonValue value, JsonGenerator to) throws IOException {
        switch (value) {
            case JsonValue.Obj object -> writeObject(object, to);
            case JsonValue.Arr array -> writeArray(array, to);
            case JsonValue.Text text -> to.writeString(text.value());
            case JsonValue.Num number -> to.writeNumber(number.literal());
            case JsonValue.Bool bool -> to.writeBoolean(bool.value());
            case JsonValue.Null _ -> to.writeNull();
        }
    }

    private static void writeObject(JsonValue.Obj object, JsonGenerator to) throws IOException {
        to.writeStartObject();
        for (Map.Entry<String, JsonValue> field : object.fields().entrySet()) {
            to.writeFieldName(encodable(field.getKey()));
            write(field.getValue(), to);
        }
        to.writeEndObject();
    }

    /// Half a surrogate pair, which no bytes decode to, would be a name that readers refuse.
    private static String encodable(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (Character.isSurrogate(name.charAt(i))) {
                return new String(name.getBytes(UTF_8), UTF_8);
            }
        }
        return name;
    }

    private static void writeArray(JsonValue.Arr array, JsonGenerator to) throws IOException {
        to.writeStartArray();
        for (JsonValue item : array.items()) {
            write(item, to);
        }
        to.writeEndArray();
    }
}
