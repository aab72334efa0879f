package dev.capdrop.record;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.Systemd.Job;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitDetail.Activation;
import dev.capdrop.core.snapshot.UnitDetail.Exit;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitFile.Setting;
import module java.base;

/// The answers of systemd, its units and their conditions among them, as objects.
final class SystemdJson {
    static Systemd systemd(Form<Systemd> form) throws RecordException {
        return new Systemd(
                manager(form.part(Systemd::manager)),
                form.choice("source", Systemd.Source.class, Systemd::source),
                form.list("units", SystemdJson::unit, Systemd::units),
                byCondition(
                        form.list(
                                "nextBoot",
                                SystemdJson::tested,
                                systemd -> inOrder(systemd.nextBoot()))),
                Set.copyOf(form.texts("busActivated", systemd -> sorted(systemd.busActivated()))),
                Set.copyOf(form.texts("busConnected", systemd -> sorted(systemd.busConnected()))),
                form.entries("rivals", SystemdJson::service, Systemd::rivals),
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

    private static Map.Entry<String, List<String>> service(
            Form<Map.Entry<String, List<String>>> form) throws RecordException {
        return Map.entry(
                form.always("unit", Map.Entry::getKey), form.texts("others", Map.Entry::getValue));
    }

    static UnitState unit(Form<UnitState> form) throws RecordException {
        String name = form.required("name", UnitState::name);
        String loadState = form.text("loadState", UnitState::loadState);
        String activeState = form.text("activeState", UnitState::activeState);
        String subState = form.text("subState", UnitState::subState);
        var conditions = form.list("conditions", SystemdJson::tested, UnitState::conditions);
        UnitDetail detail =
                form.objectOrNull(
                        "detail",
                        SystemdJson::detail,
                        unit -> unit.detail().isRead() ? unit.detail() : null);
        return new UnitState(
                name,
                loadState,
                activeState,
                subState,
                conditions,
                detail == null ? UnitDetail.UNREAD : detail);
    }

    private static UnitDetail detail(Form<UnitDetail> form) throws RecordException {
        List<String> aliases = form.texts("aliases", UnitDetail::aliases);
        UnitDetail.Files files = files(form.part(UnitDetail::files));
        Activation activation = activation(form.part(UnitDetail::activation));
        var asserts = form.list("asserts", SystemdJson::tested, UnitDetail::asserts);
        return new UnitDetail(
                aliases,
                files,
                activation,
                asserts,
                form.object(
                        "links",
                        Dependencies.NONE,
                        SystemdJson::dependencies,
                        UnitDetail::dependencies),
                form.objectOrNull("exit", SystemdJson::exit, UnitDetail::exit),
                form.list(
                        "settings",
                        setting -> setting(setting, files.fragment()),
                        UnitDetail::settings),
                form.setOrNull("held", UnitDetail::held));
    }

    private static UnitDetail.Files files(Form<UnitDetail.Files> form) throws RecordException {
        return new UnitDetail.Files(
                form.text("fragmentPath", UnitDetail.Files::fragment),
                form.texts("dropInPaths", UnitDetail.Files::dropIns),
                form.text("unitFileState", UnitDetail.Files::state),
                form.bool("needDaemonReload", UnitDetail.Files::needDaemonReload),
                form.bool("transient", UnitDetail.Files::transientUnit));
    }

    private static Activation activation(Form<Activation> form) throws RecordException {
        return new Activation(
                form.bool("conditionResult", Activation::conditionResult),
                form.number("conditionMicros", Activation::conditionMicros),
                form.number("activatedMicros", Activation::activatedMicros),
                form.number("deactivatedMicros", Activation::deactivatedMicros));
    }

    private static Dependencies dependencies(Form<Dependencies> form) throws RecordException {
        Map<Dependency, List<String>> names = new EnumMap<>(Dependency.class);
        for (Dependency kind : Dependency.recorded()) {
            names.put(kind, form.texts(kind.key(), dependencies -> dependencies.of(kind)));
        }
        return new Dependencies(names);
    }

    private static Exit exit(Form<Exit> form) throws RecordException {
        return new Exit(
                form.text("result", Exit::result),
                form.integer("code", Exit::code),
                form.integer("status", Exit::status),
                form.integer("restarts", Exit::restarts));
    }

    /// A setting without what most share: the fragment's path and the section.
    private static Setting setting(Form<Setting> form, String fragment) throws RecordException {
        String file = form.text("file", fragment, Setting::file);
        String section = form.text("section", "Service", Setting::section);
        return new Setting(
                file,
                form.integer("line", Setting::line),
                section,
                form.text("key", Setting::key),
                form.text("value", Setting::value));
    }

    private static final Comparator<Condition.Tested> ORDER =
            Comparator.comparing(
                    Condition.Tested::condition,
                    Comparator.comparing(Condition::type)
                            .thenComparing(Condition::parameter)
                            .thenComparing(Condition::trigger)
                            .thenComparing(Condition::negate));

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
    static List<Condition.Tested> inOrder(Map<Condition, Condition.Result> results) {
        return results.entrySet().stream()
                .map(row -> new Condition.Tested(row.getKey(), row.getValue()))
                .sorted(ORDER)
                .toList();
    }

    static Map<Condition, Condition.Result> byCondition(List<Condition.Tested> list) {
        Map<Condition, Condition.Result> results = new HashMap<>();
        list.forEach(row -> results.put(row.condition(), row.result()));
        return results;
    }
}
