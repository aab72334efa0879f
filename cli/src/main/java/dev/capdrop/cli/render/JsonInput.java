package dev.capdrop.cli.render;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads JSON into a tree as [Json] writes one: maps, lists, strings, numbers, booleans and null.
/// Jackson's own limits of nesting and length hold.
public final class JsonInput {
    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonInput() {}

    /// Reads the value of the document.
    ///
    /// @throws IOException one sentence when it is not JSON
    public static @Nullable Object read(byte[] document, String name) throws IOException {
        try (JsonParser parser = FACTORY.createParser(document)) {
            parser.nextToken();
            Object value = value(parser);
            if (parser.nextToken() != null) {
                throw new IOException(
                        "'" + name + "' is not valid JSON: it goes on behind its end");
            }
            return value;
        } catch (JsonProcessingException malformed) {
            throw new IOException(
                    "'%s' is not valid JSON (line %s, column %s)"
                            .formatted(
                                    name,
                                    malformed.getLocation().getLineNr(),
                                    malformed.getLocation().getColumnNr()),
                    malformed);
        }
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> object = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    object.put(name, value(parser));
                }
                yield object;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                yield list;
            }
            case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case null, default -> token == JsonToken.VALUE_STRING ? parser.getText() : null;
        };
    }
}
