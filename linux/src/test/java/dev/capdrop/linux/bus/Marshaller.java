package dev.capdrop.linux.bus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes values of any type as the D-Bus specification says, in either byte order. It shares
/// nothing with what it tests.
///
/// Arrays, structures and entries of dictionaries are lists.
final class Marshaller {
    private static final int ROOM = 1 << 20;
    private final ByteBuffer out;

    private Marshaller(ByteOrder order) {
        out = ByteBuffer.allocate(ROOM).order(order);
    }

    /// What a variant holds.
    record Tagged(String signature, Object value) {}

    /// The bytes of values of one type each, from a boundary of 8 bytes on.
    static byte[] body(ByteOrder order, String signature, Object... values) {
        Marshaller body = new Marshaller(order);
        body.all(signature, List.of(values));
        return body.bytes();
    }

    /// The answer to the call with this serial.
    static byte[] answer(ByteOrder order, int serial, String signature, byte[] body) {
        List<Object> fields = new ArrayList<>();
        fields.add(List.of(5, new Tagged("u", serial)));
        if (!signature.isEmpty()) {
            fields.add(List.of(8, new Tagged("g", signature)));
        }
        return message(order, 2, fields, body);
    }

    /// A message.
    ///
    /// @param fields of its header: the code and a [Tagged] each
    static byte[] message(ByteOrder order, int type, List<Object> fields, byte[] body) {
        Marshaller message = new Marshaller(order);
        int endianness = order == ByteOrder.LITTLE_ENDIAN ? 'l' : 'B';
        message.all("yyyyuua(yv)", List.of(endianness, type, 1, 1, body.length, 1, fields));
        message.align(8);
        message.out.put(body);
        return message.bytes();
    }

    private byte[] bytes() {
        return Arrays.copyOf(out.array(), out.position());
    }

    private void all(String types, List<?> values) {
        int from = 0;
        for (Object value : values) {
            int end = end(types, from);
            write(types.substring(from, end), value);
            from = end;
        }
    }

    private void write(String type, Object value) {
        align(alignment(type.charAt(0)));
        switch (type.charAt(0)) {
            case 'y' -> out.put(((Number) value).byteValue());
            case 'n', 'q' -> out.putShort(((Number) value).shortValue());
            case 'i', 'u', 'h' -> out.putInt(((Number) value).intValue());
            case 'x', 't' -> out.putLong(((Number) value).longValue());
            case 'd' -> out.putDouble((Double) value);
            case 'b' -> out.putInt(value.equals(true) ? 1 : 0);
            case 's', 'o' -> {
                byte[] text = ((String) value).getBytes(UTF_8);
                out.putInt(text.length).put(text).put((byte) 0);
            }
            case 'g' -> {
                byte[] text = ((String) value).getBytes(UTF_8);
                out.put((byte) text.length).put(text).put((byte) 0);
            }
            case 'v' -> {
                Tagged tagged = (Tagged) value;
                write("g", tagged.signature);
                write(tagged.signature, tagged.value);
            }
            case 'a' -> array(type.substring(1), (List<?>) value);
            default -> all(type.substring(1, type.length() - 1), (List<?>) value);
        }
    }

    private void array(String element, List<?> values) {
        int length = out.position();
        out.putInt(0);
        align(alignment(element.charAt(0)));
        int start = out.position();
        values.forEach(value -> write(element, value));
        out.putInt(length, out.position() - start);
    }

    private void align(int boundary) {
        while (out.position() % boundary != 0) {
            out.put((byte) 0);
        }
    }

    private static int alignment(char code) {
        return switch (code) {
            case 'y', 'g', 'v' -> 1;
            case 'n', 'q' -> 2;
            case 'x', 't', 'd', '(', '{' -> 8;
            default -> 4;
        };
    }

    /// Where the complete type that begins at `from` ends.
    static int end(String types, int from) {
        return switch (types.charAt(from)) {
            case 'a' -> end(types, from + 1);
            case '(', '{' -> {
                int next = from + 1;
                while (types.charAt(next) != ')' && types.charAt(next) != '}') {
                    next = end(types, next);
                }
                yield next + 1;
            }
            default -> from + 1;
        };
    }
}
