package dev.capdrop.record;

import dev.capdrop.core.condition.Condition;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Conditions with their results, as an array of objects.
final class ConditionJson {
    private static final Comparator<Condition.Tested> ORDER =
            Comparator.comparing(
                    Condition.Tested::condition,
                    Comparator.comparing(Condition::type)
                            .thenComparing(Condition::parameter)
                            .thenComparing(Condition::trigger)
                            .thenComparing(Condition::negate));

    private ConditionJson() {}

    static Condition.Tested tested(Form<Condition.Tested> form) throws RecordException {
        Form<Condition> condition = form.part(Condition.Tested::condition);
        return new Condition.Tested(
                new Condition(
                        condition.required("type", Condition::type),
                        condition.bool("trigger", Condition::trigger),
                        condition.bool("negate", Condition::negate),
                        condition.text("parameter", Condition::parameter)),
                form.choice("result", Condition.Result.class, Condition.Tested::result));
    }

    /// Returns the results in a fixed order, so that equal snapshots are equal documents.
    static List<Condition.Tested> list(Map<Condition, Condition.Result> results) {
        return results.entrySet().stream()
                .map(row -> new Condition.Tested(row.getKey(), row.getValue()))
                .sorted(ORDER)
                .toList();
    }

    static Map<Condition, Condition.Result> map(List<Condition.Tested> list) {
        Map<Condition, Condition.Result> results = new HashMap<>();
        list.forEach(row -> results.put(row.condition(), row.result()));
        return results;
    }
}
