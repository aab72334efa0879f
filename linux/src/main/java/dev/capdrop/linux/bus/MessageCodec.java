package dev.capdrop.linux.bus;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MessageFactory;
import org.freedesktop.dbus.messages.MethodCall;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.Variant;
import org.jspecify.annotations.Nullable;

/// The library's marshalling, at its lowest level: no proxies, no threads.
final class MessageCodec {
    private static final byte NO_FLAGS = 0;

    /// What an answer without a value comes to.
    private static final Object NOTHING = "";

    private final MessageFactory messages = new MessageFactory((byte) 'l');

    /// Puts a call into the queue.
    ///
    /// @return its serial, which the answer will carry
    long encode(BusCall call, Outgoing out) throws IOException {
        try {
            Object[] arguments =
                    call.signature().equals("u")
                            ? new Object[] {new UInt32(call.arguments().getFirst())}
                            : call.arguments().toArray();
            MethodCall message =
                    messages.createMethodCall(
                            null,
                            call.destination(),
                            call.path(),
                            call.type(),
                            call.member(),
                            NO_FLAGS,
                            call.signature().isEmpty() ? null : call.signature(),
                            arguments);
            write(message, out);
            return message.getSerial();
        } catch (DBusException e) {
            throw new IOException("cannot ask for '" + call.member() + "'", e);
        }
    }

    private static void write(Message message, Outgoing out) {
        for (byte @Nullable [] piece : message.getWireData()) {
            if (piece != null) {
                out.add(piece);
            }
        }
    }

    /// The one value of an answer.
    ///
    /// @param header the message's header, already parsed
    /// @throws IOException when it is not of the form that `call` accepts
    Object decode(BusCall call, WireHeader header, byte[] message) throws IOException {
        int offset = WireHeader.bodyOffset(message);
        byte[] body = Arrays.copyOfRange(message, offset, message.length);
        return switch (call.answer()) {
            case BusCall.Value(String signature) -> {
                require(header.signature(), signature, call);
                yield signature.isEmpty() ? NOTHING : value(message, offset, body);
            }
            case BusCall.InVariant(String signature) -> {
                require(variantSignature(header, body), signature, call);
                yield value(message, offset, body) instanceof Variant<?> variant
                        ? variant.getValue()
                        : NOTHING;
            }
            case BusCall.Properties wanted -> {
                require(header.signature(), BusCall.Properties.SIGNATURE, call);
                yield properties(value(message, offset, body), wanted, call);
            }
        };
    }

    private static void require(String found, String signature, BusCall call) throws IOException {
        if (!found.equals(signature)) {
            throw new IOException(
                    "D-Bus answered "
                            + call.member()
                            + call.arguments()
                            + " with another type than '"
                            + signature
                            + "'");
        }
    }

    private static Map<String, Object> properties(
            Object value, BusCall.Properties wanted, BusCall call) throws IOException {
        Map<String, Object> found = new HashMap<>();
        Map<?, ?> all = value instanceof Map<?, ?> map ? map : Map.of();
        for (Map.Entry<String, String> one : wanted.signatures().entrySet()) {
            if (all.get(one.getKey()) instanceof Variant<?> variant) {
                require(variant.getSig(), one.getValue(), call);
                found.put(one.getKey(), variant.getValue());
            }
        }
        return found;
    }

    private static String variantSignature(WireHeader header, byte[] body) {
        if (!header.signature().equals("v") || body.length == 0) {
            return "";
        }
        int length = Byte.toUnsignedInt(body[0]);
        return length >= body.length ? "" : new String(body, 1, length, US_ASCII);
    }

    private static Object value(byte[] message, int offset, byte[] body) throws IOException {
        byte[] fixed = Arrays.copyOf(message, 12);
        byte[] fields = new byte[offset - 8];
        System.arraycopy(message, 12, fields, 0, 4);
        System.arraycopy(message, WireHeader.FIXED, fields, 8, offset - WireHeader.FIXED);
        try {
            Object[] values =
                    MessageFactory.createMessage(message[1], fixed, fields, body, List.of())
                            .getParameters();
            if (values.length != 1) {
                throw new IOException("D-Bus answered with " + values.length + " values, not 1");
            }
            return values[0];
        } catch (DBusException | RuntimeException | StackOverflowError malformed) {
            // The last: variants may stand in each other as deep as the message is long.
            throw new IOException("D-Bus sent a malformed message", malformed);
        }
    }
}
