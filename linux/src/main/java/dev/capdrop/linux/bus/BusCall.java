package dev.capdrop.linux.bus;

import module java.base;

/// A method call and the only form of answer that is accepted.
///
/// @param type the interface
/// @param signature what they are: strings only, or one number without a sign
record BusCall(
        String destination,
        String path,
        String type,
        String member,
        List<String> arguments,
        String signature,
        Answer answer) {

    private static final String BUS = "org.freedesktop.DBus";
    private static final String PROPERTIES = BUS + ".Properties";

    sealed interface Answer {}

    /// One value of this signature; none where it is empty.
    record Value(String signature) implements Answer {}

    /// A variant that holds one of this signature.
    record InVariant(String signature) implements Answer {}

    /// Properties by their names, of which these are taken, each by its signature; any of them may
    /// be left out.
    record Properties(Map<String, String> signatures) implements Answer {
        static final String SIGNATURE = "a{sv}";
    }

    static BusCall get(String path, String type, String property, String signature) {
        return new BusCall(
                SystemdBus.NAME,
                path,
                PROPERTIES,
                "Get",
                List.of(type, property),
                "ss",
                new InVariant(signature));
    }

    /// All properties of an interface in one answer, which costs systemd and the bus far less than
    /// as many questions.
    static BusCall getAll(String path, String type, Map<String, String> signatures) {
        return new BusCall(
                SystemdBus.NAME,
                path,
                PROPERTIES,
                "GetAll",
                List.of(type),
                "s",
                new Properties(signatures));
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
                new Value(reply));
    }

    /// A method of the bus itself, and not of who has a name there.
    static BusCall ofBus(String member, String reply, String... arguments) {
        return method(BUS, "/org/freedesktop/DBus", BUS, member, reply, arguments);
    }
}
