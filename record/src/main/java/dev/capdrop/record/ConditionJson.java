package dev.capdrop.record;

import dev.capdrop.core.condition.Condition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Conditions with their results, as an array of objects.
final class ConditionJson {
    private static final Comparator<Condition> ORDER =
            Comparator.comparing(Condition::type)
                    .thenComparing(Condition::parameter)
                    .thenComparing(Condition::trigger)
                    .thenComparing(Condition::negate);

    private ConditionJson() {}

    static List<JsonValue.Obj> write(List<Condition.Tested> tested) {
        List<JsonValue.Obj> list = new ArrayList<>();
        for (Condition.Tested row : tested) {
            list.add(write(row.condition(), row.result()));
        }
        return list;
    }

    /// Writes in a fixed order, so that equal snapshots are equal documents.
    static List<JsonValue.Obj> write(Map<Condition, Condition.Result> results) {
        List<JsonValue.Obj> list = new ArrayList<>();
        for (Condition condition : results.keySet().stream().sorted(ORDER).toList()) {
            list.add(write(condition, results.getOrDefault(condition, Condition.Result.UNTESTED)));
        }
        return list;
    }

    static List<Condition.Tested> tested(Fields fields, String name) throws RecordException {
        return fields.list(name, row -> new Condition.Tested(condition(row), result(row)));
    }

    static Map<Condition, Condition.Result> results(List<Fields> list) throws RecordException {
        Map<Condition, Condition.Result> results = new HashMap<>();
        for (Fields row : list) {
            results.put(condition(row), result(row));
        }
        return results;
    }

    private static JsonValue.Obj write(Condition condition, Condition.Result result) {
        return new ObjectBuilder()
                .required("type", condition.type())
                .bool("trigger", condition.trigger())
                .bool("negate", condition.negate())
                .text("parameter", condition.parameter())
                .required("result", Values.choice(result))
                .done();
    }

    private static Condition condition(Fields fields) throws RecordException {
        return new Condition(
                fields.required("type"),
                fields.bool("trigger"),
                fields.bool("negate"),
                fields.text("parameter"));
    }

    private static Condition.Result result(Fields fields) throws RecordException {
        return Values.choice(fields, "result", Condition.Result.class);
    }
}
