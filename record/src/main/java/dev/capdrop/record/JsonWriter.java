package dev.capdrop.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/// Writes a tree as one compact line of [AsciiJson].
final class JsonWriter {
    private static final JsonFactory FACTORY = AsciiJson.factory();

    private JsonWriter() {}

    /// How deep the fields of a document for people have lines of their own.
    private static final int DEEPEST_LINE = 2;

    /// The document, with a line feed at its end.
    static byte[] write(Json.Obj document) {
        return write(document, false);
    }

    /// The same for people: each field of the document, and of the objects in it, begins a line.
    static byte[] writeInLines(Json.Obj document) {
        return write(document, true);
    }

    private static byte[] write(Json.Obj document, boolean lines) {
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

    /// Where lines begin.
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

    private static void write(Json value, JsonGenerator to) throws IOException {
        switch (value) {
            case Json.Obj object -> writeObject(object, to);
            case Json.Arr array -> writeArray(array, to);
            case Json.Text text -> to.writeString(text.value());
            case Json.Num number -> to.writeNumber(number.literal());
            case Json.Bool bool -> to.writeBoolean(bool.value());
            case Json.Null _ -> to.writeNull();
        }
    }

    private static void writeObject(Json.Obj object, JsonGenerator to) throws IOException {
        to.writeStartObject();
        for (Map.Entry<String, Json> field : object.fields().entrySet()) {
            to.writeFieldName(field.getKey());
            write(field.getValue(), to);
        }
        to.writeEndObject();
    }

    private static void writeArray(Json.Arr array, JsonGenerator to) throws IOException {
        to.writeStartArray();
        for (Json item : array.items()) {
            write(item, to);
        }
        to.writeEndArray();
    }
}
