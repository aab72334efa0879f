package dev.capdrop.record;

import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitDetail.Activation;
import dev.capdrop.core.snapshot.UnitDetail.Exit;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// One unit, as an object.
final class UnitJson {
    private UnitJson() {}

    static UnitState unit(Form<UnitState> form) throws RecordException {
        String name = form.required("name", UnitState::name);
        String loadState = form.text("loadState", UnitState::loadState);
        String activeState = form.text("activeState", UnitState::activeState);
        String subState = form.text("subState", UnitState::subState);
        var conditions = form.list("conditions", ConditionJson::tested, UnitState::conditions);
        UnitDetail detail =
                form.objectOrNull(
                        "detail",
                        UnitJson::detail,
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
        var asserts = form.list("asserts", ConditionJson::tested, UnitDetail::asserts);
        Dependencies dependencies =
                form.objectOrNull(
                        "links",
                        UnitJson::dependencies,
                        detail ->
                                detail.dependencies().equals(Dependencies.NONE)
                                        ? null
                                        : detail.dependencies());
        return new UnitDetail(
                aliases,
                files,
                activation,
                asserts,
                dependencies == null ? Dependencies.NONE : dependencies,
                form.objectOrNull("exit", UnitJson::exit, UnitDetail::exit),
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

    /// A setting without what most share: the fragment's path, in the document already, and the
    /// section.
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
}
