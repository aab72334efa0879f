package dev.capdrop.record;

import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One unit, as an object.
final class UnitJson {
    private static final String SERVICE = "Service";

    private UnitJson() {}

    static JsonValue.Obj write(UnitState unit) {
        UnitDetail detail = unit.detail();
        return new ObjectBuilder()
                .required("name", unit.name())
                .text("loadState", unit.loadState())
                .text("activeState", unit.activeState())
                .text("subState", unit.subState())
                .list("conditions", ConditionJson.write(unit.conditions()))
                .object("detail", detail.isRead() ? detail(detail) : null)
                .done();
    }

    static UnitState read(Fields fields) throws RecordException {
        return new UnitState(
                fields.required("name"),
                fields.text("loadState"),
                fields.text("activeState"),
                fields.text("subState"),
                ConditionJson.tested(fields, "conditions"),
                detail(fields.object("detail")));
    }

    private static JsonValue.Obj detail(UnitDetail detail) {
        UnitDetail.Exit exit = detail.exit();
        Dependencies dependencies = detail.dependencies();
        return new ObjectBuilder()
                .texts("aliases", detail.aliases())
                .text("fragmentPath", detail.files().fragment())
                .texts("dropInPaths", detail.files().dropIns())
                .text("unitFileState", detail.files().state())
                .bool("needDaemonReload", detail.files().needDaemonReload())
                .bool("transient", detail.files().transientUnit())
                .bool("conditionResult", detail.activation().conditionResult())
                .number("conditionMicros", detail.activation().conditionMicros())
                .number("activatedMicros", detail.activation().activatedMicros())
                .number("deactivatedMicros", detail.activation().deactivatedMicros())
                .list("asserts", ConditionJson.write(detail.asserts()))
                .object(
                        "links",
                        dependencies.equals(Dependencies.NONE) ? null : dependencies(dependencies))
                .object("exit", exit == null ? null : exit(exit))
                .list("settings", settings(detail))
                .set("held", detail.held())
                .done();
    }

    private static UnitDetail detail(@Nullable Fields fields) throws RecordException {
        if (fields == null) {
            return UnitDetail.UNREAD;
        }
        return new UnitDetail(
                fields.texts("aliases"),
                new UnitDetail.Files(
                        fields.text("fragmentPath"),
                        fields.texts("dropInPaths"),
                        fields.text("unitFileState"),
                        fields.bool("needDaemonReload"),
                        fields.bool("transient")),
                new UnitDetail.Activation(
                        fields.bool("conditionResult"),
                        fields.number("conditionMicros"),
                        fields.number("activatedMicros"),
                        fields.number("deactivatedMicros")),
                ConditionJson.tested(fields, "asserts"),
                dependencies(fields.object("links")),
                exit(fields.object("exit")),
                settings(fields.objects("settings"), fields.text("fragmentPath")),
                fields.has("held") ? Values.capabilities(fields, "held") : null);
    }

    private static JsonValue.Obj dependencies(Dependencies dependencies) {
        ObjectBuilder object = new ObjectBuilder();
        for (Dependency kind : Dependency.recorded()) {
            object.texts(kind.key(), dependencies.of(kind));
        }
        return object.done();
    }

    private static Dependencies dependencies(@Nullable Fields fields) throws RecordException {
        if (fields == null) {
            return Dependencies.NONE;
        }
        Map<Dependency, List<String>> names = new EnumMap<>(Dependency.class);
        for (Dependency kind : Dependency.recorded()) {
            names.put(kind, fields.texts(kind.key()));
        }
        return new Dependencies(names);
    }

    private static JsonValue.Obj exit(UnitDetail.Exit exit) {
        return new ObjectBuilder()
                .text("result", exit.result())
                .number("code", exit.code())
                .number("status", exit.status())
                .number("restarts", exit.restarts())
                .done();
    }

    private static UnitDetail.@Nullable Exit exit(@Nullable Fields fields) throws RecordException {
        return fields == null
                ? null
                : new UnitDetail.Exit(
                        fields.text("result"),
                        fields.integer("code"),
                        fields.integer("status"),
                        fields.integer("restarts"));
    }

    /// Writes the settings without what most share: the fragment's path, which is in the document
    /// already, and a service's section.
    private static List<JsonValue.Obj> settings(UnitDetail detail) {
        List<JsonValue.Obj> list = new ArrayList<>();
        for (Setting setting : detail.settings()) {
            ObjectBuilder object = new ObjectBuilder();
            if (!setting.file().equals(detail.files().fragment())) {
                object.required("file", setting.file());
            }
            if (!setting.section().equals(SERVICE)) {
                object.required("section", setting.section());
            }
            list.add(
                    object.number("line", setting.line())
                            .text("key", setting.key())
                            .text("value", setting.value())
                            .done());
        }
        return list;
    }

    private static List<Setting> settings(List<Fields> list, String fragment)
            throws RecordException {
        List<Setting> settings = new ArrayList<>(list.size());
        for (Fields setting : list) {
            settings.add(
                    new Setting(
                            setting.has("file") ? setting.text("file") : fragment,
                            setting.integer("line"),
                            setting.has("section") ? setting.text("section") : SERVICE,
                            setting.text("key"),
                            setting.text("value")));
        }
        return settings;
    }
}
