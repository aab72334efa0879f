package dev.capdrop.record;

import module java.base;

/// One JSON value (RFC 8259), with the place where it was read ([Place]).
sealed interface JsonValue {
    long place();

    default String kind() {
        return switch (this) {
            case Obj _ -> "an object";
            case Arr _ -> "an array";
            case Text _ -> "a string";
            case Num _ -> "a number";
            case Bool _ -> "a boolean";
            case Null _ -> "null";
        };
    }

    record Obj(Map<String, JsonValue> fields, long place) implements JsonValue {
        Obj() {
            this(new LinkedHashMap<>(), Place.NONE);
        }
    }

    record Arr(List<JsonValue> items, long place) implements JsonValue {
        Arr() {
            this(new ArrayList<>(), Place.NONE);
        }
    }

    record Text(String value, long place) implements JsonValue {
        Text(String value) {
            this(value, Place.NONE);
        }
    }

    /// A number as it was written: one that no Java type holds must survive.
    record Num(String literal, long place) implements JsonValue {
        Num(long value) {
            this(Long.toString(value), Place.NONE);
        }
    }

    record Bool(boolean value, long place) implements JsonValue {
        Bool(boolean value) {
            this(value, Place.NONE);
        }
    }

    record Null(long place) implements JsonValue {}
}
