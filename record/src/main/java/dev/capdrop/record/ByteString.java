package dev.capdrop.record;

import module java.base;

/// A string of bytes in a document: text if it is UTF-8, else `{"base64": "…"}`.
final class ByteString {
    private static final String BASE64 = "base64";

    static JsonValue write(String bytes) {
        byte[] raw = bytes(bytes);
        try {
            return new JsonValue.Text(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString());
        } catch (CharacterCodingException notUtf8) {
            JsonValue.Obj object = new JsonValue.Obj();
            object.fields()
                    .put(BASE64, new JsonValue.Text(Base64.getEncoder().encodeToString(raw)));
            return object;
        }
    }

    static String read(Fields owner, String name, JsonValue value) throws RecordException {
        if (value instanceof JsonValue.Obj object) {
            JsonValue base64 = object.fields().getOrDefault(BASE64, object);
            return decoded(owner, name, owner.text(name, base64));
        }
        CharBuffer text = CharBuffer.wrap(owner.text(name, value));
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(text);
            return StandardCharsets.ISO_8859_1.decode(utf8).toString();
        } catch (CharacterCodingException loneSurrogate) {
            throw owner.wrong(name, "text that UTF-8 can hold");
        }
    }

    private static String decoded(Fields owner, String name, String base64) throws RecordException {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException notBase64) {
            throw owner.wrong(name, "base64");
        }
    }

    private static byte[] bytes(String bytes) {
        byte[] raw = new byte[bytes.length()];
        for (int i = 0; i < raw.length; i++) {
            char c = bytes.charAt(i);
            if (c > 0xff) {
                throw new IllegalArgumentException("U+%04X is not a byte".formatted((int) c));
            }
            raw[i] = (byte) c;
        }
        return raw;
    }
}
