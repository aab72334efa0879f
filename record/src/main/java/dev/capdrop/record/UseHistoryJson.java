package dev.capdrop.record;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.UnitHistory;
import dev.capdrop.core.observe.UseHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A [UseHistory] as a JSON document, schema `capdrop/learned/1` (docs/reference/json.md).
///
/// The document is one line of ASCII; empty values are left out. Unknown fields of a document
/// survive when it is written again, as do unknown words for a use.
public final class UseHistoryJson {
    private UseHistoryJson() {}

    public static byte[] write(Recorded recorded) {
        ObjectBuilder builder =
                Schema.LEARNED
                        .start()
                        .required("target", recorded.target())
                        .required("lxcPath", recorded.lxcPath());
        JsonValue.Obj document = put(builder, recorded.history()).done();
        recorded.unknown().addTo(document);
        return JsonWriter.write(document);
    }

    /// Writes the part of a snapshot's document.
    static JsonValue.@Nullable Obj write(@Nullable UseHistory history) {
        return history == null ? null : put(new ObjectBuilder(), history).done();
    }

    private static ObjectBuilder put(ObjectBuilder builder, UseHistory history) {
        CapabilitySet unseen = history.covered().unseen();
        return builder.required("identity", history.identity())
                .required("first", history.first().toString())
                .required("last", history.last().toString())
                .number("seconds", history.covered().seconds())
                .number("boots", history.covered().boots())
                .number("lost", history.covered().lost())
                .number(
                        "sinceLoss",
                        history.covered().lost() > 0 ? history.covered().sinceLoss() : 0)
                .set("unseen", unseen.isEmpty() ? null : unseen)
                .list("units", history.units().stream().map(UseHistoryJson::unit).toList());
    }

    private static JsonValue.Obj unit(UnitHistory unit) {
        Instant worked = unit.worked();
        return new ObjectBuilder()
                .required("unit", unit.unit())
                .number("boots", unit.boots())
                .required("last", unit.last().toString())
                .text("origin", unit.origin())
                .bool("upgraded", unit.upgraded())
                .text("worked", worked == null ? "" : worked.toString())
                .list("uses", uses(unit))
                .done();
    }

    private static List<JsonValue.Obj> uses(UnitHistory unit) {
        List<JsonValue.Obj> uses = new ArrayList<>();
        for (UnitHistory.Use use : unit.uses()) {
            String capability = new Capability(use.capability()).name();
            String meaning = Values.choice(use.meaning());
            Instant worked = use.worked();
            uses.add(
                    use(new UnitHistory.LaterUse(
                                    capability, meaning, use.count(), use.first(), use.last()))
                            .text("worked", worked == null ? "" : worked.toString())
                            .done());
        }
        unit.later().forEach(use -> uses.add(use(use).done()));
        return uses;
    }

    private static ObjectBuilder use(UnitHistory.LaterUse use) {
        return new ObjectBuilder()
                .required("capability", use.capability())
                .required("meaning", use.meaning())
                .number("count", use.count())
                .required("first", use.first().toString())
                .required("last", use.last().toString());
    }

    /// Reads one document.
    ///
    /// @throws RecordException when it is no such document of this version, or exceeds a limit: 64
    ///   MiB, 64 levels, 4 million values
    public static Recorded read(byte[] document, String name) throws RecordException {
        Fields fields = new Fields(name, JsonReader.read(document, name), true);
        Schema.LEARNED.check(fields);
        try {
            UseHistory history = history(fields);
            return new Recorded(
                    fields.required("target"),
                    fields.required("lxcPath"),
                    history,
                    new UnknownFields(fields));
        } catch (IllegalArgumentException illegal) {
            throw new RecordException(name, "holds an illegal value: " + illegal.getMessage());
        }
    }

    /// Reads the part of a snapshot's document.
    static @Nullable UseHistory read(@Nullable Fields fields) throws RecordException {
        return fields == null ? null : history(fields);
    }

    private static UseHistory history(Fields fields) throws RecordException {
        CapabilitySet unseen =
                fields.has("unseen") ? Values.capabilities(fields, "unseen") : CapabilitySet.EMPTY;
        long seconds = fields.number("seconds");
        long lost = fields.number("lost");
        UseHistory.Covered covered =
                new UseHistory.Covered(
                        seconds,
                        fields.number("boots"),
                        lost,
                        unseen,
                        lost > 0 ? fields.number("sinceLoss") : seconds);
        return new UseHistory(
                fields.required("identity"),
                Values.instant(fields, "first"),
                Values.instant(fields, "last"),
                covered,
                units(fields));
    }

    private static List<UnitHistory> units(Fields fields) throws RecordException {
        List<UnitHistory> units = new ArrayList<>();
        if (fields.objects("units").size() > UseHistory.MOST_UNITS + 1) {
            throw new IllegalArgumentException(
                    "more than " + UseHistory.MOST_UNITS + " units were learnt");
        }
        boolean old = !tellsWorkOfUses(fields);
        for (Fields unit : fields.objects("units")) {
            Instant worked = instantOrNull(unit, "worked");
            List<UnitHistory.Use> uses = new ArrayList<>();
            List<UnitHistory.LaterUse> later = new ArrayList<>();
            for (Fields field : unit.objects("uses")) {
                UnitHistory.LaterUse use = use(field);
                Capability capability = capability(use.capability());
                Meaning meaning = Values.known(use.meaning(), Meaning.class);
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
                                    old ? atMost(worked, use) : instantOrNull(field, "worked")));
                }
            }
            units.add(
                    new UnitHistory(
                            unit.required("unit"),
                            unit.number("boots"),
                            Values.instant(unit, "last"),
                            uses,
                            unit.text("origin"),
                            unit.bool("upgraded"),
                            worked,
                            later));
        }
        return units;
    }

    /// Whether some use was made at work, by a version that tells this of each use.
    private static boolean tellsWorkOfUses(Fields fields) throws RecordException {
        for (Fields unit : fields.objects("units")) {
            for (Fields field : unit.objects("uses")) {
                if (field.has("worked")) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Returns the latest possible time of a use at work, by earlier versions' records.
    private static @Nullable Instant atMost(@Nullable Instant worked, UnitHistory.LaterUse use) {
        return worked == null || use.first().isAfter(worked) ? null : worked;
    }

    private static @Nullable Instant instantOrNull(Fields fields, String name)
            throws RecordException {
        return fields.has(name) ? Values.instant(fields, name) : null;
    }

    private static UnitHistory.LaterUse use(Fields fields) throws RecordException {
        return new UnitHistory.LaterUse(
                fields.required("capability"),
                fields.required("meaning"),
                fields.number("count"),
                Values.instant(fields, "first"),
                Values.instant(fields, "last"));
    }

    /// Returns the capability of a word, or of a nameless number; null for a later version's.
    private static @Nullable Capability capability(String word) {
        return word.matches("[1-5]?[0-9]|6[0-3]")
                ? new Capability(Integer.parseInt(word))
                : Capability.named(word);
    }

    /// The history of a container, as it was read, with the additions of a newer capdrop.
    ///
    /// @param target the container, as `lxc:NAME`
    /// @param lxcPath the folder that it is in
    public record Recorded(
            String target, String lxcPath, UseHistory history, UnknownFields unknown) {
        public Recorded with(UseHistory more) {
            return new Recorded(target, lxcPath, more, unknown);
        }
    }
}
