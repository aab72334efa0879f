package dev.capdrop.linux.bus;

import dev.capdrop.linux.bus.Signature.Basic;
import dev.capdrop.linux.bus.Signature.Variant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Turns calls into messages, and answers into values.
///
/// Source: D-Bus specification, "Message Protocol".
final class MessageCodec {
    private static final int NO_FLAGS = 0;
    private static final int VERSION = 1;
    private static final Signature.Type PROPERTY =
            new Signature.Struct(List.of(Basic.STRING, Variant.VARIANT));

    /// What an answer without a value comes to.
    private static final Object NOTHING = "";

    private final ValueAllowance allowance;
    private long lastSerial;

    /// @param allowance what the values of all answers are taken from
    MessageCodec(ValueAllowance allowance) {
        this.allowance = allowance;
    }

    /// Puts a call into the queue.
    ///
    /// @return its serial, which the answer will carry
    long encode(BusCall call, Outgoing out) {
        WireWriter message = new WireWriter();
        message.octet('l');
        message.octet(WireHeader.METHOD_CALL);
        message.octet(NO_FLAGS);
        message.octet(VERSION);
        message.number(0);
        message.number(++lastSerial);
        message.number(0);
        putFields(call, message);
        message.number(WireHeader.FIELDS_LENGTH, message.length() - WireHeader.FIXED);
        message.align(Long.BYTES);
        int body = message.length();
        for (String argument : call.arguments()) {
            if (call.signature().equals("u")) {
                message.number(Long.parseLong(argument));
            } else {
                message.text(argument);
            }
        }
        message.number(WireHeader.BODY_LENGTH, message.length() - body);
        out.add(message.bytes());
        return lastSerial;
    }

    private static void putFields(BusCall call, WireWriter message) {
        field(message, WireHeader.Field.PATH).text(call.path());
        field(message, WireHeader.Field.INTERFACE).text(call.type());
        field(message, WireHeader.Field.MEMBER).text(call.member());
        field(message, WireHeader.Field.DESTINATION).text(call.destination());
        if (!call.signature().isEmpty()) {
            field(message, WireHeader.Field.SIGNATURE).signature(call.signature());
        }
    }

    private static WireWriter field(WireWriter message, WireHeader.Field field) {
        message.align(Long.BYTES);
        message.octet(field.code());
        message.signature(field.signature());
        return message;
    }

    /// The one value of an answer.
    ///
    /// @param header the message's header, already parsed
    /// @throws MalformedMessageException also when it is not of the form that `call` accepts
    Object decode(BusCall call, WireHeader header, byte[] message)
            throws MalformedMessageException {
        WireReader in =
                new WireReader(WireHeader.buffer(message).position(header.body()), allowance);
        Object value =
                switch (call.answer()) {
                    case BusCall.Value(String signature) -> {
                        require(header.signature(), signature, call);
                        yield signature.isEmpty() ? NOTHING : in.value(header.signature().single());
                    }
                    case BusCall.InVariant(String signature) -> {
                        require(header.signature(), "v", call);
                        Signature found = in.signature();
                        require(found, signature, call);
                        yield in.value(found.single());
                    }
                    case BusCall.Properties wanted -> {
                        require(header.signature(), BusCall.Properties.SIGNATURE, call);
                        yield properties(in, wanted, call);
                    }
                };
        in.end();
        return value;
    }

    private static void require(Signature found, String signature, BusCall call)
            throws MalformedMessageException {
        if (!found.text().equals(signature)) {
            throw new MalformedMessageException(
                    "D-Bus answered %s%s with another type than '%s'"
                            .formatted(call.member(), call.arguments(), signature));
        }
    }

    /// Those that are wanted; the others are passed, for they are most of such an answer.
    private static Map<String, Object> properties(
            WireReader in, BusCall.Properties wanted, BusCall call)
            throws MalformedMessageException {
        Map<String, Object> found = new HashMap<>();
        in.array(
                PROPERTY,
                () ->
                        in.struct(() -> {
                            String name = in.text();
                            Signature signature = in.signature();
                            String expected = wanted.signatures().get(name);
                            if (expected == null) {
                                in.skip(signature.single());
                            } else {
                                require(signature, expected, call);
                                found.put(name, in.value(signature.single()));
                            }
                        }));
        return found;
    }
}
