package dev.capdrop.record;

import java.util.List;
import java.util.Map;

/// The fields of a document that this program does not know, each at its place.
///
/// They are kept beside the value that was read and put back when it is written again, so that a
/// document of a newer program does not lose anything by passing through this one. Those of an
/// array's elements are put back only while the array has as many elements as it had.
public final class UnknownFields {
    /// No unknown field.
    public static final UnknownFields NONE = new UnknownFields(new Json.Obj());

    private final Json.Obj fields;

    UnknownFields(Json.Obj fields) {
        this.fields = fields;
    }

    public boolean isEmpty() {
        return fields.fields().isEmpty();
    }

    /// Adds them to a document about to be written; what the document holds already stays.
    void addTo(Json.Obj document) {
        add(fields, document);
    }

    private static void add(Json.Obj unknown, Json.Obj document) {
        for (Map.Entry<String, Json> field : unknown.fields().entrySet()) {
            Json known = document.fields().putIfAbsent(field.getKey(), field.getValue());
            if (known != null) {
                addInside(field.getValue(), known);
            }
        }
    }

    private static void addInside(Json unknown, Json known) {
        if (unknown instanceof Json.Obj from && known instanceof Json.Obj to) {
            add(from, to);
        } else if (unknown instanceof Json.Arr from && known instanceof Json.Arr to) {
            addItems(from.items(), to.items());
        }
    }

    private static void addItems(List<Json> unknown, List<Json> known) {
        if (unknown.size() == known.size()) {
            for (int i = 0; i < unknown.size(); i++) {
                addInside(unknown.get(i), known.get(i));
            }
        }
    }
}
