package dev.capdrop.linux.bus;

import module java.base;

/// Turns calls into messages, and answers into values.
///
/// Source: D-Bus specification, "Message Protocol".
final class MessageCodec {
    private static final int NO_FLAGS = 0;
    private static final int VERSION = 1;
    private static final Signature.Type PROPERTY =
            new Signature.Struct(List.of(Signature.Basic.STRING, Signature.Variant.VARIANT));

    /// What an answer without a value comes to.
    private static final Object NOTHING = "";

    private final WireWriter wire = new WireWriter();
    private final ValueAllowance allowance;
    private long lastSerial;

    MessageCodec(ValueAllowance allowance) {
        this.allowance = allowance;
    }

    /// Puts a call into the queue; returns its serial, which the answer will carry.
    long encode(BusCall call, Outgoing out) {
        wire.octet('l');
        wire.octet(WireHeader.METHOD_CALL);
        wire.octet(NO_FLAGS);
        wire.octet(VERSION);
        wire.number(0);
        wire.number(++lastSerial);
        wire.number(0);
        putFields(call);
        wire.number(WireHeader.FIELDS_LENGTH, wire.length() - WireHeader.FIXED);
        wire.align(Long.BYTES);
        int body = wire.length();
        for (String argument : call.arguments()) {
            if (call.signature().equals("u")) {
                wire.number(Long.parseLong(argument));
            } else {
                wire.text(argument);
            }
        }
        wire.number(WireHeader.BODY_LENGTH, wire.length() - body);
        wire.moveTo(out);
        return lastSerial;
    }

    private void putFields(BusCall call) {
        field(WireHeader.Field.PATH).text(call.path());
        field(WireHeader.Field.INTERFACE).text(call.type());
        field(WireHeader.Field.MEMBER).text(call.member());
        field(WireHeader.Field.DESTINATION).text(call.destination());
        if (!call.signature().isEmpty()) {
            field(WireHeader.Field.SIGNATURE).signature(call.signature());
        }
    }

    private WireWriter field(WireHeader.Field field) {
        wire.align(Long.BYTES);
        wire.octet(field.code());
        wire.signature(field.signature());
        return wire;
    }

    /// The one value of an answer.
    ///
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
