package dev.capdrop.record;

import dev.capdrop.core.snapshot.Evidence;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.CommandExit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The evidence for why units are in trouble, as an object.
final class EvidenceJson {
    private EvidenceJson() {}

    static JsonValue.@Nullable Obj write(Evidence evidence) {
        if (evidence.equals(Evidence.NONE)) {
            return null;
        }
        List<JsonValue.Obj> units = new ArrayList<>();
        new TreeMap<>(evidence.units()).forEach((unit, trouble) -> units.add(write(unit, trouble)));
        return new ObjectBuilder()
                .list("units", units)
                .list("quotas", evidence.quotas().stream().map(EvidenceJson::write).toList())
                .done();
    }

    static Evidence read(@Nullable Fields fields) throws RecordException {
        if (fields == null) {
            return Evidence.NONE;
        }
        Map<String, Trouble> units = new TreeMap<>();
        for (Fields unit : fields.objects("units")) {
            units.put(unit.required("unit"), trouble(unit));
        }
        List<Quota> quotas = new ArrayList<>();
        for (Fields quota : fields.objects("quotas")) {
            quotas.add(
                    new Quota(
                            Values.choice(quota, "kind", Quota.Kind.class),
                            quota.number("user"),
                            quota.number("used"),
                            quota.number("limit"),
                            quota.number("refusals")));
        }
        return new Evidence(units, quotas);
    }

    private static JsonValue.Obj write(Quota quota) {
        return new ObjectBuilder()
                .required("kind", Values.choice(quota.kind()))
                .number("user", quota.user())
                .number("used", quota.used())
                .number("limit", quota.limit())
                .number("refusals", quota.refusals())
                .done();
    }

    private static JsonValue.Obj write(String unit, Trouble trouble) {
        return new ObjectBuilder()
                .required("unit", unit)
                .text("loadError", trouble.loadError())
                .list("commands", trouble.commands().stream().map(EvidenceJson::write).toList())
                .list("files", trouble.files().stream().map(EvidenceJson::write).toList())
                .number("sinceMicros", trouble.sinceMicros())
                .number("pauseMicros", trouble.pauseMicros())
                .number("runMicros", trouble.runMicros())
                .texts("neededBy", trouble.neededBy())
                .texts("log", trouble.log())
                .done();
    }

    private static JsonValue.Obj write(CommandExit command) {
        return new ObjectBuilder()
                .required("setting", command.setting())
                .text("program", command.program())
                .number("code", command.code())
                .number("status", command.status())
                .done();
    }

    private static JsonValue.Obj write(Trouble.NamedFile file) {
        return new ObjectBuilder()
                .required("setting", file.setting())
                .text("name", file.name())
                .required("standing", Values.choice(file.standing()))
                .text("more", file.more())
                .done();
    }

    private static Trouble trouble(Fields fields) throws RecordException {
        List<CommandExit> commands = new ArrayList<>();
        for (Fields command : fields.objects("commands")) {
            commands.add(
                    new CommandExit(
                            command.required("setting"),
                            command.text("program"),
                            command.integer("code"),
                            command.integer("status")));
        }
        List<Trouble.NamedFile> files = new ArrayList<>();
        for (Fields file : fields.objects("files")) {
            files.add(
                    new Trouble.NamedFile(
                            file.required("setting"),
                            file.text("name"),
                            Values.choice(file, "standing", Trouble.NamedFile.Standing.class),
                            file.text("more")));
        }
        return new Trouble(
                fields.text("loadError"),
                commands,
                files,
                fields.number("sinceMicros"),
                fields.number("pauseMicros"),
                fields.number("runMicros"),
                fields.texts("neededBy"),
                fields.texts("log"));
    }
}
