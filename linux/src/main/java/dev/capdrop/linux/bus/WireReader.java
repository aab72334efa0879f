package dev.capdrop.linux.bus;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import module java.base;

/// Reads the values of one message, and refuses what the specification does not allow.
///
/// Numbers become `Long`, which one of 64 bits without a sign fills up to the sign; texts, object
/// paths and signatures `String`; arrays and structures `List`; a variant is what is in it.
///
/// Source: D-Bus specification, "Marshaling (Wire Format)".
final class WireReader {
    private static final int MAX_DEPTH = 64;
    private static final long MAX_ARRAY = 1 << 26;

    private final ByteBuffer in;
    private final ValueAllowance allowance;
    private int depth;
    private int met;
    private boolean keeping = true;

    /// @param in the message from its first byte on, of an array, at the first value
    WireReader(ByteBuffer in, ValueAllowance allowance) {
        this.in = in;
        this.allowance = allowance;
    }

    @FunctionalInterface
    interface Part {
        void read() throws MalformedMessageException;
    }

    Object value(Signature.Type type) throws MalformedMessageException {
        // Structures in each other take no bytes of their own: work has to have its measure, too.
        if (++met > in.capacity()) {
            throw MalformedMessageException.of("more values than bytes");
        }
        if (keeping) {
            allowance.take(ValueAllowance.VALUE);
        }
        return switch (type) {
            case Signature.Basic basic -> basic(basic);
            case Signature.Array(Signature.Type element) -> {
                List<Object> values = new ArrayList<>();
                array(element, () -> add(element, values));
                yield values;
            }
            case Signature.Struct(List<Signature.Type> fields) -> {
                List<Object> values = new ArrayList<>();
                struct(() -> {
                    for (Signature.Type field : fields) {
                        add(field, values);
                    }
                });
                yield values;
            }
            case Signature.Variant _ -> {
                List<Object> values = new ArrayList<>();
                Signature.Type inner = signature().single();
                nested(() -> values.add(value(inner)));
                yield values.getFirst();
            }
        };
    }

    private void add(Signature.Type type, List<Object> values) throws MalformedMessageException {
        Object value = value(type);
        if (keeping) {
            values.add(value);
        }
    }

    /// Passes a value, which has to be right all the same.
    void skip(Signature.Type type) throws MalformedMessageException {
        keeping = false;
        value(type);
        keeping = true;
    }

    /// A text that nobody keeps.
    String text() throws MalformedMessageException {
        return text(length(), false);
    }

    /// Reads an array, calling `each` for each of its elements.
    void array(Signature.Type element, Part each) throws MalformedMessageException {
        long length = length();
        align(element.alignment());
        if (length > MAX_ARRAY || length > in.remaining()) {
            throw MalformedMessageException.of(
                    "an array of " + length + " bytes where " + in.remaining() + " are left");
        }
        int whole = in.limit();
        in.limit(in.position() + (int) length);
        nested(() -> {
            while (in.hasRemaining()) {
                each.read();
            }
        });
        in.limit(whole);
    }

    void struct(Part fields) throws MalformedMessageException {
        align(Long.BYTES);
        nested(fields);
    }

    /// A signature, as the one that a variant begins with; the variant's value stands behind it.
    Signature signature() throws MalformedMessageException {
        need(1);
        return Signature.parse(text(Byte.toUnsignedInt(in.get()), false));
    }

    /// Makes sure that nothing is left.
    void end() throws MalformedMessageException {
        if (in.hasRemaining()) {
            throw MalformedMessageException.of(in.remaining() + " bytes behind its last value");
        }
    }

    private void nested(Part part) throws MalformedMessageException {
        if (++depth > MAX_DEPTH) {
            throw MalformedMessageException.of("more than " + MAX_DEPTH + " values in each other");
        }
        part.read();
        depth--;
    }

    private Object basic(Signature.Basic type) throws MalformedMessageException {
        align(type.alignment());
        need(type.alignment());
        return switch (type) {
            case BYTE -> Byte.toUnsignedLong(in.get());
            case BOOLEAN -> flag(in.getInt());
            case INT16 -> (long) in.getShort();
            case UINT16 -> Short.toUnsignedLong(in.getShort());
            case INT32 -> (long) in.getInt();
            case UINT32, UNIX_FD -> Integer.toUnsignedLong(in.getInt());
            case INT64, UINT64 -> in.getLong();
            case DOUBLE -> in.getDouble();
            case STRING -> keeping ? text(length(), true) : passedText(length());
            case OBJECT_PATH -> path(text(length(), keeping));
            case SIGNATURE -> signature().text();
        };
    }

    /// That of a text or an array.
    private long length() throws MalformedMessageException {
        align(Integer.BYTES);
        need(Integer.BYTES);
        return Integer.toUnsignedLong(in.getInt());
    }

    /// A text, and the byte of zero that ends it.
    private String text(long length, boolean kept) throws MalformedMessageException {
        int start = in.position();
        boolean ascii = pass(length);
        if (kept) {
            allowance.take(ascii ? length : 2 * length);
        }
        return ascii
                ? new String(in.array(), in.arrayOffset() + start, (int) length, US_ASCII)
                : utf8(in.slice(start, (int) length));
    }

    /// Passes the same, which is most of what comes, without a copy of it.
    private String passedText(long length) throws MalformedMessageException {
        int start = in.position();
        return pass(length) ? "" : utf8(in.slice(start, (int) length));
    }

    /// @return whether it is ASCII, and so is UTF-8
    private boolean pass(long length) throws MalformedMessageException {
        need(length + 1);
        int start = in.position();
        int end = (int) (start + length);
        boolean ascii = true;
        for (int i = start; i < end; i++) {
            byte one = in.get(i);
            if (one == 0) {
                throw MalformedMessageException.of("a text with a byte of zero in it");
            }
            ascii &= one > 0;
        }
        if (in.get(end) != 0) {
            throw MalformedMessageException.of("a text without its end");
        }
        in.position(end + 1);
        return ascii;
    }

    private static String utf8(ByteBuffer bytes) throws MalformedMessageException {
        try {
            return UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw MalformedMessageException.of("a text that is not UTF-8");
        }
    }

    private void need(long bytes) throws MalformedMessageException {
        if (bytes > in.remaining()) {
            throw MalformedMessageException.of(
                    "a value of " + bytes + " bytes where " + in.remaining() + " are left");
        }
    }

    /// Passes what fills up to a multiple of `boundary`.
    void align(int boundary) throws MalformedMessageException {
        while (in.position() % boundary != 0) {
            need(1);
            if (in.get() != 0) {
                throw MalformedMessageException.of("padding that is not zero");
            }
        }
    }

    private static boolean flag(int value) throws MalformedMessageException {
        if (value != 0 && value != 1) {
            throw MalformedMessageException.of("neither true nor false");
        }
        return value == 1;
    }

    private static String path(String path) throws MalformedMessageException {
        boolean legal = path.startsWith("/") && (path.length() == 1 || !path.endsWith("/"));
        for (int i = 1; legal && i < path.length(); i++) {
            char c = path.charAt(i);
            legal = c == '/' ? path.charAt(i - 1) != '/' : isOfPath(c);
        }
        if (!legal) {
            throw MalformedMessageException.of("what is no object path");
        }
        return path;
    }

    private static boolean isOfPath(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_';
    }
}
