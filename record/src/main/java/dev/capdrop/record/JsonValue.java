package dev.capdrop.record;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One JSON value (RFC 8259), with the place where it was read ([Place]).
sealed interface JsonValue {
    long place();

    String kind();

    record Obj(Map<String, JsonValue> fields, long place) implements JsonValue {
        Obj() {
            this(new LinkedHashMap<>(), Place.NONE);
        }

        @Override
        public String kind() {
            return "an object";
        }
    }

    record Arr(List<JsonValue> items, long place) implements JsonValue {
        Arr() {
            this(new ArrayList<>(), Place.NONE);
        }

        @Override
        public String kind() {
            return "an array";
        }
    }

    record Text(String value, long place) implements JsonValue {
        Text(String value) {
            this(value, Place.NONE);
        }

        @Override
        public String kind() {
            return "a string";
        }
    }

    /// A number as it was written: one that no Java type holds must survive.
    record Num(String literal, long place) implements JsonValue {
        Num(long value) {
            this(Long.toString(value), Place.NONE);
        }

        @Override
        public String kind() {
            return "a number";
        }
    }

    record Bool(boolean value, long place) implements JsonValue {
        Bool(boolean value) {
            this(value, Place.NONE);
        }

        @Override
        public String kind() {
            return "a boolean";
        }
    }

    record Null(long place) implements JsonValue {
        @Override
        public String kind() {
            return "null";
        }
    }
}
