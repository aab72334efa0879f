package dev.capdrop.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.base.ParserBase;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Reads one JSON document into a tree, within limits that hostile input cannot exceed.
final class JsonReader {
    static final int MAX_BYTES = 64 << 20;

    /// The deepest nesting; a journal entry with its snapshot needs 10.
    static final int MAX_DEPTH = 64;

    /// The most values in a document: 20,000 units of 200 values each.
    static final int MAX_VALUES = 4_000_000;

    private static final int MAX_NUMBER_LENGTH = 100;
    private static final int MAX_NAME_LENGTH = 64 << 10;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH + 1)
                                    .maxStringLength(MAX_BYTES)
                                    .maxNameLength(MAX_NAME_LENGTH)
                                    .maxNumberLength(MAX_NUMBER_LENGTH)
                                    .build())
                    .build();

    private static final int SHARED_BITS = 12;
    private static final int LONGEST_SHARED = 64;

    private final String source;
    private final JsonParser parser;
    private final @Nullable String[] shared = new String[1 << SHARED_BITS];
    private int values;

    private JsonReader(String source, JsonParser parser) {
        this.source = source;
        this.parser = parser;
    }

    static JsonValue.Obj read(byte[] document, String source) throws RecordException {
        if (document.length > MAX_BYTES) {
            throw new RecordException(source, "is larger than 64 MiB");
        }
        if (isGzip(document)) {
            throw new RecordException(source, "is compressed with gzip; zcat(1) uncompresses it");
        }
        try (JsonParser parser = FACTORY.createParser(document)) {
            return new JsonReader(source, parser).document();
        } catch (RecordException said) {
            throw said;
        } catch (JsonEOFException cut) {
            throw new RecordException(
                    source, place(cut.getLocation()), "ends in the middle: it is incomplete");
        } catch (StreamConstraintsException tooMuch) {
            throw tooLong(source, tooMuch.getLocation());
        } catch (JsonProcessingException malformed) {
            throw new RecordException(source, place(malformed.getLocation()), "is not valid JSON");
        } catch (IOException undecodable) {
            throw new RecordException(source, "is not UTF-8 text");
        }
    }

    /// Whether the document begins with the first two bytes of RFC 1952, which no JSON begins with.
    private static boolean isGzip(byte[] document) {
        return document.length > 1 && document[0] == 0x1f && document[1] == (byte) 0x8b;
    }

    private static RecordException tooLong(String source, @Nullable JsonLocation where) {
        String problem = "holds a name or number that is too long";
        return where == null
                ? new RecordException(source, problem)
                : new RecordException(source, place(where), problem);
    }

    private JsonValue.Obj document() throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw new RecordException(source, "is empty");
        }
        if (!(value(first, 1) instanceof JsonValue.Obj top)) {
            throw new RecordException(source, Place.at(1, 1), "does not hold a JSON object");
        }
        if (parser.nextToken() != null) {
            throw new RecordException(source, here(), "goes on behind its end");
        }
        return top;
    }

    private JsonValue value(JsonToken token, int depth) throws IOException {
        long place = here();
        if (++values > MAX_VALUES) {
            throw new RecordException(source, place, "holds more than 4 million values");
        }
        if (depth > MAX_DEPTH) {
            throw new RecordException(source, place, "is nested deeper than 64 levels");
        }
        return switch (token) {
            case START_OBJECT -> new JsonValue.Obj(fields(depth + 1), place);
            case START_ARRAY -> new JsonValue.Arr(items(depth + 1), place);
            case VALUE_STRING -> new JsonValue.Text(text(), place);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonValue.Num(text(), place);
            case VALUE_TRUE -> new JsonValue.Bool(true, place);
            case VALUE_FALSE -> new JsonValue.Bool(false, place);
            case VALUE_NULL -> new JsonValue.Null(place);
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                    throw new RecordException(source, place, "is not valid JSON");
        };
    }

    private Map<String, JsonValue> fields(int depth) throws IOException {
        FewFields few = new FewFields();
        Map<String, JsonValue> fields = few;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            if (fields.containsKey(name)) {
                throw new RecordException(source, here(), "has the same field twice in one object");
            }
            JsonValue value = value(parser.nextToken(), depth);
            if (fields.size() < FewFields.MOST) {
                few.add(name, value);
                continue;
            }
            fields = fields.size() == FewFields.MOST ? new LinkedHashMap<>(few) : fields;
            fields.put(name, value);
        }
        return fields;
    }

    /// Returns the text of the current token, as the same string where it was read a moment ago,
    /// with its hash. Another text takes its place, so that no search is long.
    private String text() throws IOException {
        int length = parser.getTextLength();
        if (length > LONGEST_SHARED) {
            return parser.getText();
        }
        char[] chars = parser.getTextCharacters();
        int from = parser.getTextOffset();
        int hash = 0;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + chars[i];
        }
        int slot = (hash ^ (hash >>> SHARED_BITS)) & (shared.length - 1);
        String known = shared[slot];
        if (known == null || known.hashCode() != hash || !isSame(known, chars, from, length)) {
            known = parser.getText();
            shared[slot] = known;
        }
        return known;
    }

    private static boolean isSame(String text, char[] chars, int from, int length) {
        boolean same = text.length() == length;
        for (int i = 0; same && i < length; i++) {
            same = text.charAt(i) == chars[from + i];
        }
        return same;
    }

    private List<JsonValue> items(int depth) throws IOException {
        List<JsonValue> items = new ArrayList<>();
        for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
            items.add(value(t, depth));
        }
        return items;
    }

    /// Returns the place of the current token, without the object that Jackson makes of each.
    private long here() {
        return parser instanceof ParserBase base && parser.currentToken() != JsonToken.FIELD_NAME
                ? Place.at(base.getTokenLineNr(), base.getTokenColumnNr() - 1)
                : place(parser.currentTokenLocation());
    }

    private static long place(JsonLocation location) {
        return Place.at(location.getLineNr(), location.getColumnNr());
    }
}
