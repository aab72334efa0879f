package dev.capdrop.record;

import dev.capdrop.core.snapshot.Evidence;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.CommandExit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The evidence for why units are in trouble, as an object.
final class EvidenceJson {
    private EvidenceJson() {}

    static Evidence evidence(Form<Evidence> form) throws RecordException {
        Map<String, Trouble> units = new TreeMap<>();
        List<Map.Entry<String, Trouble>> troubled =
                form.list(
                        "units",
                        EvidenceJson::unit,
                        evidence -> List.copyOf(new TreeMap<>(evidence.units()).entrySet()));
        troubled.forEach(unit -> units.put(unit.getKey(), unit.getValue()));
        return new Evidence(units, form.list("quotas", EvidenceJson::quota, Evidence::quotas));
    }

    private static Map.Entry<String, Trouble> unit(Form<Map.Entry<String, Trouble>> form)
            throws RecordException {
        return Map.entry(
                form.required("unit", Map.Entry::getKey), trouble(form.part(Map.Entry::getValue)));
    }

    private static Quota quota(Form<Quota> form) throws RecordException {
        return new Quota(
                form.choice("kind", Quota.Kind.class, Quota::kind),
                form.number("user", Quota::user),
                form.number("used", Quota::used),
                form.number("limit", Quota::limit),
                form.number("refusals", Quota::refusals));
    }

    private static Trouble trouble(Form<Trouble> form) throws RecordException {
        return new Trouble(
                form.text("loadError", Trouble::loadError),
                form.list("commands", EvidenceJson::command, Trouble::commands),
                form.list("files", EvidenceJson::file, Trouble::files),
                form.number("sinceMicros", Trouble::sinceMicros),
                form.number("pauseMicros", Trouble::pauseMicros),
                form.number("runMicros", Trouble::runMicros),
                form.texts("neededBy", Trouble::neededBy),
                form.texts("log", Trouble::log));
    }

    private static CommandExit command(Form<CommandExit> form) throws RecordException {
        return new CommandExit(
                form.required("setting", CommandExit::setting),
                form.text("program", CommandExit::program),
                form.integer("code", CommandExit::code),
                form.integer("status", CommandExit::status));
    }

    private static Trouble.NamedFile file(Form<Trouble.NamedFile> form) throws RecordException {
        return new Trouble.NamedFile(
                form.required("setting", Trouble.NamedFile::setting),
                form.text("name", Trouble.NamedFile::name),
                form.choice(
                        "standing", Trouble.NamedFile.Standing.class, Trouble.NamedFile::standing),
                form.text("more", Trouble.NamedFile::more));
    }
}
