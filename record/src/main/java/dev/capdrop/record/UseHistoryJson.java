package dev.capdrop.record;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.UnitHistory;
import dev.capdrop.core.observe.UseHistory;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A [UseHistory] as JSON, `capdrop/learned/1` (docs/reference/json.md): one line of ASCII without
/// empty values. Unknown fields and words for a use survive when it is written again.
public final class UseHistoryJson {
    private UseHistoryJson() {}

    public static byte[] write(Recorded recorded) {
        JsonValue.Obj document = Form.write(recorded, form -> recorded(form, recorded.unknown()));
        recorded.unknown().addTo(document);
        return JsonWriter.write(document);
    }

    /// Reads one document of this version, of 64 MiB, 64 levels and 4 million values at most.
    public static Recorded read(byte[] document, String name) throws RecordException {
        Fields fields = new Fields(name, JsonReader.read(document, name), true);
        try {
            return Form.read(fields, form -> recorded(form, new UnknownFields(fields)));
        } catch (IllegalArgumentException illegal) {
            throw new RecordException(name, "holds an illegal value: " + illegal.getMessage());
        }
    }

    private static Recorded recorded(Form<Recorded> form, UnknownFields unknown)
            throws RecordException {
        form.schema(Schema.LEARNED);
        return new Recorded(
                form.required("target", Recorded::target),
                form.required("lxcPath", Recorded::lxcPath),
                history(form.part(Recorded::history)),
                unknown);
    }

    static UseHistory history(Form<UseHistory> form) throws RecordException {
        String identity = form.required("identity", UseHistory::identity);
        Instant first = form.instant("first", UseHistory::first);
        Instant last = form.instant("last", UseHistory::last);
        Form<UseHistory.Covered> covered = form.part(UseHistory::covered);
        long seconds = covered.number("seconds", UseHistory.Covered::seconds);
        long boots = covered.number("boots", UseHistory.Covered::boots);
        long lost = covered.number("lost", UseHistory.Covered::lost);
        long sinceLoss = covered.number("sinceLoss", c -> c.lost() > 0 ? c.sinceLoss() : 0);
        CapabilitySet unseen =
                covered.set("unseen", CapabilitySet.EMPTY, UseHistory.Covered::unseen);
        List<Unit> units =
                form.list(
                        "units",
                        UseHistoryJson::unit,
                        history ->
                                history.units().stream()
                                        .map(unit -> new Unit(unit, false))
                                        .toList());
        if (units.size() > UseHistory.MOST_UNITS + 1) {
            throw new IllegalArgumentException(
                    "more than " + UseHistory.MOST_UNITS + " units were learnt");
        }
        boolean old = units.stream().noneMatch(Unit::tells);
        return new UseHistory(
                identity,
                first,
                last,
                new UseHistory.Covered(
                        seconds, boots, lost, unseen, lost > 0 ? sinceLoss : seconds),
                units.stream().map(unit -> old ? unit.history.estimated() : unit.history).toList());
    }

    private record Unit(UnitHistory history, boolean tells) {}

    /// A use, known to this version or not.
    private record Used(UnitHistory.LaterUse use, @Nullable Instant worked) {}

    private static Unit unit(Form<Unit> unit) throws RecordException {
        Form<UnitHistory> form = unit.part(Unit::history);
        String name = form.required("unit", UnitHistory::unit);
        long boots = form.number("boots", UnitHistory::boots);
        Instant last = form.instant("last", UnitHistory::last);
        String origin = form.text("origin", UnitHistory::origin);
        boolean upgraded = form.bool("upgraded", UnitHistory::upgraded);
        Instant worked = form.instantOrNull("worked", UnitHistory::worked);
        List<Used> all = form.list("uses", UseHistoryJson::used, UseHistoryJson::all);
        List<UnitHistory.Use> uses = new ArrayList<>();
        List<UnitHistory.LaterUse> later = new ArrayList<>();
        for (Used used : all) {
            UnitHistory.LaterUse use = used.use;
            Capability capability = capability(use.capability());
            Meaning meaning = Form.known(use.meaning(), Meaning.class);
            if (capability == null || meaning == null) {
                later.add(use);
            } else {
                uses.add(
                        new UnitHistory.Use(
                                capability.number(),
                                meaning,
                                use.count(),
                                use.first(),
                                use.last(),
                                used.worked));
            }
        }
        return new Unit(
                new UnitHistory(name, boots, last, uses, origin, upgraded, worked, later),
                all.stream().anyMatch(used -> used.worked != null));
    }

    private static List<Used> all(UnitHistory unit) {
        List<Used> all = new ArrayList<>();
        for (UnitHistory.Use use : unit.uses()) {
            all.add(
                    new Used(
                            new UnitHistory.LaterUse(
                                    new Capability(use.capability()).name(),
                                    Form.word(use.meaning()),
                                    use.count(),
                                    use.first(),
                                    use.last()),
                            use.worked()));
        }
        unit.later().forEach(use -> all.add(new Used(use, null)));
        return all;
    }

    private static Used used(Form<Used> used) throws RecordException {
        Form<UnitHistory.LaterUse> form = used.part(Used::use);
        return new Used(
                new UnitHistory.LaterUse(
                        form.required("capability", UnitHistory.LaterUse::capability),
                        form.required("meaning", UnitHistory.LaterUse::meaning),
                        form.number("count", UnitHistory.LaterUse::count),
                        form.instant("first", UnitHistory.LaterUse::first),
                        form.instant("last", UnitHistory.LaterUse::last)),
                used.instantOrNull("worked", Used::worked));
    }

    /// Returns the capability of a word, or of a nameless number; null for a later version's.
    private static @Nullable Capability capability(String word) {
        return word.matches("[1-5]?[0-9]|6[0-3]")
                ? new Capability(Integer.parseInt(word))
                : Capability.named(word);
    }

    /// The history of a container, as it was read, with the additions of a newer capdrop.
    public record Recorded(
            String target, String lxcPath, UseHistory history, UnknownFields unknown) {
        public Recorded with(UseHistory more) {
            return new Recorded(target, lxcPath, more, unknown);
        }
    }
}
