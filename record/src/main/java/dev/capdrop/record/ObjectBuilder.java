package dev.capdrop.record;

import dev.capdrop.capability.CapabilitySet;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// An object of a document while it is written. Empty values are left out: reading gives them back.
final class ObjectBuilder {
    private final JsonValue.Obj object = new JsonValue.Obj();

    JsonValue.Obj done() {
        return object;
    }

    ObjectBuilder text(String name, String value) {
        return value.isEmpty() ? this : put(name, new JsonValue.Text(value));
    }

    /// Adds a string that reading requires, empty or not.
    ObjectBuilder required(String name, String value) {
        return put(name, new JsonValue.Text(value));
    }

    ObjectBuilder bool(String name, boolean value) {
        return value ? put(name, new JsonValue.Bool(true)) : this;
    }

    ObjectBuilder number(String name, long value) {
        return value == 0 ? this : put(name, new JsonValue.Num(value));
    }

    ObjectBuilder texts(String name, Collection<String> values) {
        return values.isEmpty() ? this : put(name, array(values));
    }

    ObjectBuilder list(String name, Collection<JsonValue.Obj> values) {
        JsonValue.Arr array = new JsonValue.Arr();
        array.items().addAll(values);
        return values.isEmpty() ? this : put(name, array);
    }

    /// Adds a set unless it is null, which means unknown; an empty set is known to be empty.
    ObjectBuilder set(String name, @Nullable CapabilitySet value) {
        return value == null ? this : put(name, new JsonValue.Text(value.formatHex()));
    }

    ObjectBuilder object(String name, JsonValue.@Nullable Obj value) {
        return value == null ? this : put(name, value);
    }

    /// Adds a value, empty or not.
    ObjectBuilder put(String name, JsonValue value) {
        object.fields().put(name, value);
        return this;
    }

    static JsonValue.Arr array(Collection<String> values) {
        JsonValue.Arr array = new JsonValue.Arr();
        for (String value : values) {
            array.items().add(new JsonValue.Text(value));
        }
        return array;
    }
}
