package dev.capdrop.record;

import module java.base;

/// The fields of a document that capdrop does not know, put back when it is written again; those of
/// an array's elements, as long as it has as many as before.
public final class UnknownFields {
    public static final UnknownFields NONE =
            new UnknownFields(new Fields("", new JsonValue.Obj(), false));

    private final Fields document;

    UnknownFields(Fields document) {
        this.document = document;
    }

    public boolean isEmpty() {
        return document.unknown().fields().isEmpty();
    }

    /// Adds the fields to a document about to be written; what the document holds already stays.
    void addTo(JsonValue.Obj document) {
        add(this.document.unknown(), document);
    }

    private static void add(JsonValue.Obj unknown, JsonValue.Obj document) {
        for (Map.Entry<String, JsonValue> field : unknown.fields().entrySet()) {
            JsonValue known = document.fields().putIfAbsent(field.getKey(), field.getValue());
            if (known != null) {
                addInside(field.getValue(), known);
            }
        }
    }

    private static void addInside(JsonValue unknown, JsonValue known) {
        if (unknown instanceof JsonValue.Obj from && known instanceof JsonValue.Obj to) {
            add(from, to);
        } else if (unknown instanceof JsonValue.Arr from && known instanceof JsonValue.Arr to) {
            addItems(from.items(), to.items());
        }
    }

    private static void addItems(List<JsonValue> unknown, List<JsonValue> known) {
        if (unknown.size() == known.size()) {
            for (int i = 0; i < unknown.size(); i++) {
                addInside(unknown.get(i), known.get(i));
            }
        }
    }
}
