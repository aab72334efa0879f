package dev.capdrop.linux.bus;

import module java.base;

/// The types of values that follow each other. One that the specification does not allow is refused
/// before anything is read by it: readers trust that there are no empty structures, so that every
/// value takes a byte at least and every array comes to its end.
///
/// Source: D-Bus specification, "Type System" and "Valid Signatures".
record Signature(String text, List<Type> types) {
    private static final int MAX_LENGTH = 255;
    private static final int MAX_ARRAYS = 32;
    private static final int MAX_STRUCTS = 32;

    /// Those that come again and again, in each header and with most properties.
    private static final Map<String, Signature> COMMON = common();

    static Signature parse(String text) throws MalformedMessageException {
        if (text.length() > MAX_LENGTH) {
            throw refusal("more than " + MAX_LENGTH + " characters");
        }
        Signature known = COMMON.get(text);
        return known == null ? new Signature(text, new Parser(text).all()) : known;
    }

    private static Map<String, Signature> common() {
        Map<String, Signature> all = new HashMap<>();
        for (Basic type : Basic.values()) {
            put(all, String.valueOf(type.code), type);
        }
        put(all, "as", new Array(Basic.STRING));
        Basic flag = Basic.BOOLEAN;
        List<Type> condition = List.of(Basic.STRING, flag, flag, Basic.STRING, Basic.INT32);
        put(all, SystemdBus.CONDITIONS, new Array(new Struct(condition)));
        return Map.copyOf(all);
    }

    private static void put(Map<String, Signature> all, String text, Type type) {
        all.put(text, new Signature(text, List.of(type)));
    }

    Type single() throws MalformedMessageException {
        if (types.size() != 1) {
            throw refusal(types.size() + " types where one has its place");
        }
        return types.getFirst();
    }

    private static MalformedMessageException refusal(String what) {
        return MalformedMessageException.of("a signature with " + what);
    }

    sealed interface Type {
        /// Where its values begin: at a multiple of this, counted from the message's first byte.
        int alignment();
    }

    /// A type without parts. Its alignment is the size of its values, too, or that of the length
    /// with which they begin.
    enum Basic implements Type {
        BYTE('y', 1),
        BOOLEAN('b', 4),
        INT16('n', 2),
        UINT16('q', 2),
        INT32('i', 4),
        UINT32('u', 4),
        INT64('x', 8),
        UINT64('t', 8),
        DOUBLE('d', 8),
        STRING('s', 4),
        OBJECT_PATH('o', 4),
        SIGNATURE('g', 1),
        UNIX_FD('h', 4);

        private final char code;
        private final int alignment;

        Basic(char code, int alignment) {
            this.code = code;
            this.alignment = alignment;
        }

        @Override
        public int alignment() {
            return alignment;
        }

        private static Basic of(char code) throws MalformedMessageException {
            for (Basic type : values()) {
                if (type.code == code) {
                    return type;
                }
            }
            throw refusal("an unknown or misplaced type");
        }
    }

    /// Elements of one type, of which there may be none.
    record Array(Type element) implements Type {
        @Override
        public int alignment() {
            return 4;
        }
    }

    /// Fields that follow each other, one at least; an array's entry of a dictionary is two.
    record Struct(List<Type> fields) implements Type {
        Struct {
            fields = List.copyOf(fields);
            if (fields.isEmpty()) {
                throw new IllegalArgumentException("a structure without fields");
            }
        }

        @Override
        public int alignment() {
            return 8;
        }
    }

    /// A signature of one complete type, and a value of it.
    enum Variant implements Type {
        VARIANT;

        @Override
        public int alignment() {
            return 1;
        }
    }

    private static final class Parser {
        private final String text;
        private int next;
        private int arrays;
        private int structs;

        Parser(String text) {
            this.text = text;
        }

        List<Type> all() throws MalformedMessageException {
            List<Type> types = new ArrayList<>();
            while (next < text.length()) {
                types.add(type());
            }
            return List.copyOf(types);
        }

        private Type type() throws MalformedMessageException {
            char code = take();
            return switch (code) {
                case 'a' -> array();
                case '(' -> struct();
                case 'v' -> Variant.VARIANT;
                default -> Basic.of(code);
            };
        }

        private Array array() throws MalformedMessageException {
            if (++arrays > MAX_ARRAYS) {
                throw refusal("more than " + MAX_ARRAYS + " arrays in each other");
            }
            Type element = startsWith('{') ? entry() : type();
            arrays--;
            return new Array(element);
        }

        private Struct struct() throws MalformedMessageException {
            if (++structs > MAX_STRUCTS) {
                throw refusal("more than " + MAX_STRUCTS + " structures in each other");
            }
            List<Type> fields = new ArrayList<>();
            while (!startsWith(')')) {
                fields.add(type());
            }
            next++;
            structs--;
            if (fields.isEmpty()) {
                throw refusal("an empty structure");
            }
            return new Struct(fields);
        }

        private Struct entry() throws MalformedMessageException {
            next++;
            Basic key = Basic.of(take());
            Struct entry = new Struct(List.of(key, type()));
            if (take() != '}') {
                throw refusal("a dictionary's entry of more than two types");
            }
            return entry;
        }

        private boolean startsWith(char code) {
            return next < text.length() && text.charAt(next) == code;
        }

        private char take() throws MalformedMessageException {
            if (next == text.length()) {
                throw refusal("no end of what it begins");
            }
            return text.charAt(next++);
        }
    }
}
