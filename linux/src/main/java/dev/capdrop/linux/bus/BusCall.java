package dev.capdrop.linux.bus;

import java.util.List;

/// A method call and the only form of answer that is accepted.
///
/// @param path the object
/// @param type the interface
/// @param member the method
/// @param arguments as text
/// @param signature what they are: strings only, or one number without a sign
/// @param reply the signature of the answer's one value, inside its variant where it has one; empty
///   where the answer has none
/// @param variant whether the answer is a variant
record BusCall(
        String destination,
        String path,
        String type,
        String member,
        List<String> arguments,
        String signature,
        String reply,
        boolean variant) {

    private static final String BUS = "org.freedesktop.DBus";

    static BusCall get(String path, String type, String property, String signature) {
        return new BusCall(
                SystemdBus.NAME,
                path,
                BUS + ".Properties",
                "Get",
                List.of(type, property),
                "ss",
                signature,
                true);
    }

    static BusCall method(
            String destination,
            String path,
            String type,
            String member,
            String reply,
            String... arguments) {
        return new BusCall(
                destination,
                path,
                type,
                member,
                List.of(arguments),
                "s".repeat(arguments.length),
                reply,
                false);
    }

    /// The same with one number, of 32 bits without a sign.
    static BusCall ofNumber(
            String destination,
            String path,
            String type,
            String member,
            String reply,
            long argument) {
        return new BusCall(
                destination,
                path,
                type,
                member,
                List.of(Long.toString(argument)),
                "u",
                reply,
                false);
    }

    /// A method of the bus itself, and not of who has a name there.
    static BusCall ofBus(String member, String reply, String... arguments) {
        return method(BUS, "/org/freedesktop/DBus", BUS, member, reply, arguments);
    }
}
