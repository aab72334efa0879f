package dev.capdrop.linux.bus;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The header of a received message, checked before the library decodes anything of it: the library
/// would follow whatever types an adversary writes into a header field.
///
/// Source: D-Bus specification, "Message Format".
///
/// @param type the kind of message
/// @param replySerial what it answers; 0 when nothing
/// @param signature of the body
record WireHeader(int type, long replySerial, String signature) {
    static final int METHOD_RETURN = 2;
    static final int ERROR = 3;

    /// Endianness, type, flags, version, length of the body, serial, length of the header fields.
    static final int FIXED = 16;

    private static final int MAX_FIELDS = 65536;

    /// The length of the whole message, header included.
    static long length(byte[] fixed) throws IOException {
        ByteBuffer header = buffer(fixed);
        long fields = Integer.toUnsignedLong(header.getInt(12));
        long body = Integer.toUnsignedLong(header.getInt(4));
        if (fields > MAX_FIELDS) {
            throw new IOException("D-Bus sent a message header of " + fields + " bytes");
        }
        return FIXED + aligned(fields) + body;
    }

    static int bodyOffset(byte[] message) throws IOException {
        return (int) (FIXED + aligned(Integer.toUnsignedLong(buffer(message).getInt(12))));
    }

    private static long aligned(long length) {
        return (length + 7) / 8 * 8;
    }

    static ByteBuffer buffer(byte[] message) throws IOException {
        ByteOrder order =
                switch (message[0]) {
                    case 'l' -> ByteOrder.LITTLE_ENDIAN;
                    case 'B' -> ByteOrder.BIG_ENDIAN;
                    default -> throw new IOException("D-Bus sent what is no D-Bus message");
                };
        if (message[3] != 1) {
            throw new IOException("D-Bus speaks version " + message[3] + " of its protocol, not 1");
        }
        return ByteBuffer.wrap(message).order(order);
    }

    static WireHeader parse(byte[] message) throws IOException {
        ByteBuffer in = buffer(message);
        in.limit(FIXED + in.getInt(12));
        in.position(FIXED);
        Fields fields = new Fields();
        try {
            while (in.hasRemaining()) {
                in.position((int) aligned(in.position()));
                fields.read(in);
            }
        } catch (BufferUnderflowException | IllegalArgumentException malformed) {
            throw new IOException("D-Bus sent a malformed message header", malformed);
        }
        return new WireHeader(message[1], fields.replySerial, fields.signature);
    }

    /// The fields by their codes in the specification; each has one type only.
    private static final class Fields {
        private long replySerial;
        private String signature = "";

        void read(ByteBuffer in) throws IOException {
            int code = in.get();
            String type = signature(in);
            String expected =
                    switch (code) {
                        case 1 -> "o";
                        case 2, 3, 4, 6, 7 -> "s";
                        case 5, 9 -> "u";
                        case 8 -> "g";
                        default -> throw new IOException("D-Bus sent header field " + code);
                    };
            if (!type.equals(expected)) {
                throw new IOException("D-Bus sent header field " + code + " of a wrong type");
            }
            switch (code) {
                case 5 -> replySerial = number(in);
                case 9 -> refuseDescriptors(number(in));
                case 8 -> signature = signature(in);
                default -> skipString(in);
            }
        }

        private static void refuseDescriptors(long count) throws IOException {
            if (count > 0) {
                throw new IOException("D-Bus sent file descriptors, which were not asked for");
            }
        }

        private static long number(ByteBuffer in) {
            in.position((in.position() + 3) / 4 * 4);
            return Integer.toUnsignedLong(in.getInt());
        }

        private static void skipString(ByteBuffer in) {
            long length = number(in);
            if (length >= in.remaining()) {
                throw new BufferUnderflowException();
            }
            in.position(in.position() + (int) length + 1);
        }

        private static String signature(ByteBuffer in) {
            byte[] bytes = new byte[Byte.toUnsignedInt(in.get())];
            in.get(bytes).get();
            return new String(bytes, US_ASCII);
        }
    }
}
