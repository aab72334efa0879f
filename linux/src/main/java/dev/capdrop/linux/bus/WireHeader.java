package dev.capdrop.linux.bus;

import module java.base;

import org.jspecify.annotations.Nullable;

/// The header of a received message.
///
/// Source: D-Bus specification, "Message Format".
///
/// @param replySerial what it answers; 0 when nothing
record WireHeader(int type, long replySerial, Signature signature, int body) {
    static final int METHOD_CALL = 1;
    static final int METHOD_RETURN = 2;
    static final int ERROR = 3;
    static final int SIGNAL = 4;

    /// Endianness, type, flags, version, length of the body, serial, length of the header fields.
    static final int FIXED = 16;

    static final int BODY_LENGTH = 4;
    static final int FIELDS_LENGTH = 12;
    private static final int SERIAL = 8;
    private static final int MAX_FIELDS = 65536;
    private static final Signature.Type FIELD =
            new Signature.Struct(List.of(Signature.Basic.BYTE, Signature.Variant.VARIANT));

    /// Those of a kind that is not known are none: such messages are to be ignored.
    private static final Map<Integer, Set<Field>> REQUIRED =
            Map.of(
                    METHOD_CALL, Set.of(Field.PATH, Field.MEMBER),
                    METHOD_RETURN, Set.of(Field.REPLY_SERIAL),
                    ERROR, Set.of(Field.ERROR_NAME, Field.REPLY_SERIAL),
                    SIGNAL, Set.of(Field.PATH, Field.INTERFACE, Field.MEMBER));

    private static final Set<Field> READ =
            Set.of(Field.REPLY_SERIAL, Field.SIGNATURE, Field.UNIX_FDS);

    /// The length of the whole message, header included.
    static long length(byte[] fixed) throws MalformedMessageException {
        ByteBuffer header = buffer(fixed);
        long fields = Integer.toUnsignedLong(header.getInt(FIELDS_LENGTH));
        long body = Integer.toUnsignedLong(header.getInt(BODY_LENGTH));
        if (fields > MAX_FIELDS) {
            throw MalformedMessageException.of("a header of " + fields + " bytes");
        }
        return FIXED + aligned(fields) + body;
    }

    private static long aligned(long length) {
        return (length + 7) / 8 * 8;
    }

    static ByteBuffer buffer(byte[] message) throws MalformedMessageException {
        ByteOrder order =
                switch (message[0]) {
                    case 'l' -> ByteOrder.LITTLE_ENDIAN;
                    case 'B' -> ByteOrder.BIG_ENDIAN;
                    default ->
                            throw new MalformedMessageException(
                                    "D-Bus sent what is no D-Bus message");
                };
        if (message[3] != 1) {
            throw new MalformedMessageException(
                    "D-Bus speaks version " + message[3] + " of its protocol, not 1");
        }
        return ByteBuffer.wrap(message).order(order);
    }

    /// @param message as long as [#length] says
    static WireHeader parse(byte[] message) throws MalformedMessageException {
        ByteBuffer buffer = buffer(message);
        int type = Byte.toUnsignedInt(message[1]);
        if (length(message) != message.length || buffer.getInt(SERIAL) == 0 || type == 0) {
            throw MalformedMessageException.of("a header that does not fit it");
        }
        buffer.position(FIELDS_LENGTH);
        // What is read of a header is as short as it is, and nobody keeps it.
        WireReader in = new WireReader(buffer, new ValueAllowance(Long.MAX_VALUE));
        Map<Field, Object> fields = new EnumMap<>(Field.class);
        in.array(FIELD, () -> in.struct(() -> field(in, fields)));
        in.align(Long.BYTES);
        if (!fields.keySet().containsAll(REQUIRED.getOrDefault(type, Set.of()))) {
            throw MalformedMessageException.of("a header that lacks a field");
        }
        if (BusValues.number(fields.get(Field.UNIX_FDS)) > 0) {
            throw new MalformedMessageException(
                    "D-Bus sent file descriptors, which were not asked for");
        }
        return new WireHeader(
                type,
                BusValues.number(fields.get(Field.REPLY_SERIAL)),
                Signature.parse(BusValues.text(fields.get(Field.SIGNATURE))),
                buffer.position());
    }

    private static void field(WireReader in, Map<Field, Object> fields)
            throws MalformedMessageException {
        int code = (int) BusValues.number(in.value(Signature.Basic.BYTE));
        Signature signature = in.signature();
        Field field = Field.of(code);
        if (field == null) {
            in.skip(signature.single());
            return;
        }
        if (!signature.text().equals(field.signature)) {
            throw MalformedMessageException.of("header field " + code + " of a wrong type");
        }
        if (fields.put(field, content(in, field, signature.single())) != null) {
            throw MalformedMessageException.of("header field " + code + " twice");
        }
    }

    /// Who sent it and the like need only be there.
    private static Object content(WireReader in, Field field, Signature.Type type)
            throws MalformedMessageException {
        if (READ.contains(field)) {
            return in.value(type);
        }
        in.skip(type);
        return "";
    }

    /// The fields by their codes in the specification; each has one type only.
    enum Field {
        INVALID(0, ""),
        PATH(1, "o"),
        INTERFACE(2, "s"),
        MEMBER(3, "s"),
        ERROR_NAME(4, "s"),
        REPLY_SERIAL(5, "u"),
        DESTINATION(6, "s"),
        SENDER(7, "s"),
        SIGNATURE(8, "g"),
        UNIX_FDS(9, "u");

        private final int code;
        private final String signature;

        Field(int code, String signature) {
            this.code = code;
            this.signature = signature;
        }

        private static @Nullable Field of(int code) {
            for (Field field : values()) {
                if (field.code == code) {
                    return field;
                }
            }
            return null;
        }

        int code() {
            return code;
        }

        String signature() {
            return signature;
        }
    }
}
