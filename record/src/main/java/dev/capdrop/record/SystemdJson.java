package dev.capdrop.record;

import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.Systemd.Job;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The answers of systemd, as an object.
final class SystemdJson {
    private SystemdJson() {}

    static JsonValue.@Nullable Obj write(@Nullable Systemd systemd) {
        if (systemd == null) {
            return null;
        }
        return new ObjectBuilder()
                .text("state", systemd.manager().state())
                .text("version", systemd.manager().version())
                .number("jobs", systemd.manager().jobs())
                .number("startedMicros", systemd.manager().startedMicros())
                .number("finishedMicros", systemd.manager().finishedMicros())
                .text("defaultTarget", systemd.manager().defaultTarget())
                .required("source", Values.choice(systemd.source()))
                .list("units", systemd.units().stream().map(UnitJson::write).toList())
                .list("nextBoot", ConditionJson.write(systemd.nextBoot()))
                .texts("busActivated", systemd.busActivated().stream().sorted().toList())
                .texts("busConnected", systemd.busConnected().stream().sorted().toList())
                .list("rivals", rivals(systemd.rivals()))
                .list("queue", systemd.queue().stream().map(SystemdJson::job).toList())
                .done();
    }

    static @Nullable Systemd read(@Nullable Fields fields) throws RecordException {
        if (fields == null) {
            return null;
        }
        return new Systemd(
                new Systemd.Manager(
                        fields.text("state"),
                        fields.text("version"),
                        fields.integer("jobs"),
                        fields.number("startedMicros"),
                        fields.number("finishedMicros"),
                        fields.text("defaultTarget")),
                Values.choice(fields, "source", Systemd.Source.class),
                fields.list("units", UnitJson::read),
                ConditionJson.results(fields.objects("nextBoot")),
                Set.copyOf(fields.texts("busActivated")),
                Set.copyOf(fields.texts("busConnected")),
                rivals(fields.objects("rivals")),
                fields.list("queue", SystemdJson::job));
    }

    private static JsonValue.Obj job(Job job) {
        return new ObjectBuilder()
                .required("unit", job.unit())
                .text("type", job.type())
                .bool("running", job.running())
                .done();
    }

    private static Job job(Fields job) throws RecordException {
        return new Job(job.text("unit"), job.text("type"), job.bool("running"));
    }

    private static List<JsonValue.Obj> rivals(Map<String, List<String>> rivals) {
        List<JsonValue.Obj> list = new ArrayList<>();
        new TreeMap<>(rivals)
                .forEach((unit, others) ->
                        list.add(
                                new ObjectBuilder()
                                        .required("unit", unit)
                                        .texts("others", others)
                                        .done()));
        return list;
    }

    private static Map<String, List<String>> rivals(List<Fields> list) throws RecordException {
        Map<String, List<String>> rivals = new HashMap<>();
        for (Fields service : list) {
            rivals.put(service.text("unit"), service.texts("others"));
        }
        return rivals;
    }
}
