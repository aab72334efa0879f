package dev.capdrop.record;

import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.Systemd.Job;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The answers of systemd, as an object.
final class SystemdJson {
    private SystemdJson() {}

    static Systemd systemd(Form<Systemd> form) throws RecordException {
        return new Systemd(
                manager(form.part(Systemd::manager)),
                form.choice("source", Systemd.Source.class, Systemd::source),
                form.list("units", UnitJson::unit, Systemd::units),
                ConditionJson.map(
                        form.list(
                                "nextBoot",
                                ConditionJson::tested,
                                systemd -> ConditionJson.list(systemd.nextBoot()))),
                Set.copyOf(form.texts("busActivated", systemd -> sorted(systemd.busActivated()))),
                Set.copyOf(form.texts("busConnected", systemd -> sorted(systemd.busConnected()))),
                rivals(form),
                form.list("queue", SystemdJson::job, Systemd::queue));
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    private static Systemd.Manager manager(Form<Systemd.Manager> form) throws RecordException {
        return new Systemd.Manager(
                form.text("state", Systemd.Manager::state),
                form.text("version", Systemd.Manager::version),
                form.integer("jobs", Systemd.Manager::jobs),
                form.number("startedMicros", Systemd.Manager::startedMicros),
                form.number("finishedMicros", Systemd.Manager::finishedMicros),
                form.text("defaultTarget", Systemd.Manager::defaultTarget));
    }

    private static Job job(Form<Job> form) throws RecordException {
        return new Job(
                form.always("unit", Job::unit),
                form.text("type", Job::type),
                form.bool("running", Job::running));
    }

    private static Map<String, List<String>> rivals(Form<Systemd> form) throws RecordException {
        Map<String, List<String>> rivals = new HashMap<>();
        List<Map.Entry<String, List<String>>> services =
                form.list(
                        "rivals",
                        SystemdJson::service,
                        systemd -> List.copyOf(new TreeMap<>(systemd.rivals()).entrySet()));
        services.forEach(service -> rivals.put(service.getKey(), service.getValue()));
        return rivals;
    }

    private static Map.Entry<String, List<String>> service(
            Form<Map.Entry<String, List<String>>> form) throws RecordException {
        return Map.entry(
                form.always("unit", Map.Entry::getKey), form.texts("others", Map.Entry::getValue));
    }
}
