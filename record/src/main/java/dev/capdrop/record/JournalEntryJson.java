package dev.capdrop.record;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.journal.JournalEntry;
import module java.base;

/// A [JournalEntry] as JSON, `capdrop/change/1` (docs/reference/snapshot.md), as [SnapshotJson] is.
public final class JournalEntryJson {
    private JournalEntryJson() {}

    public static byte[] write(JournalEntry entry) {
        return write(new Recorded(entry, UnknownFields.NONE));
    }

    /// Writes an entry that was read, its unknown fields included.
    public static byte[] write(Recorded recorded) {
        JsonValue.Obj document = Form.write(recorded.entry(), JournalEntryJson::entry);
        recorded.unknown().addTo(document);
        return JsonWriter.writeInLines(document);
    }

    /// Reads one document; another one, or one beyond a limit, is refused.
    public static Recorded read(byte[] document, String name) throws RecordException {
        Fields fields = new Fields(name, JsonReader.read(document, name), true);
        try {
            JournalEntry entry = Form.read(fields, JournalEntryJson::entry);
            return new Recorded(entry, new UnknownFields(fields));
        } catch (IllegalArgumentException illegal) {
            throw new RecordException(name, "holds an illegal value: " + illegal.getMessage());
        }
    }

    private static JournalEntry entry(Form<JournalEntry> form) throws RecordException {
        form.schema(Schema.CHANGE);
        String id = form.required("id", JournalEntry::id);
        String target = form.required("target", JournalEntry::target);
        Instant at = form.instant("at", JournalEntry::at);
        JournalEntry.Phase phase =
                form.choice("phase", JournalEntry.Phase.class, JournalEntry::phase);
        CapabilitySet drop = form.set("drop", JournalEntry::drop);
        List<String> allowSkip =
                form.texts(
                        "allowSkip", entry -> entry.asked().allowSkip().stream().sorted().toList());
        String outcome = form.text("outcome", JournalEntry::outcome);
        return new JournalEntry(
                id,
                target,
                at,
                phase,
                new JournalEntry.Asked(drop, new HashSet<>(allowSkip)),
                form.object("edit", JournalEntryJson::edit, JournalEntry::edit),
                form.object(
                        "before", SnapshotJson::snapshot, entry -> entry.before().withLearnt(null)),
                outcome);
    }

    private static ConfigEdit edit(Form<ConfigEdit> form) throws RecordException {
        return new ConfigEdit(
                form.required("path", ConfigEdit::path),
                form.bytes("before", ConfigEdit::before),
                form.bytes("after", ConfigEdit::after),
                form.set("addedToDrop", ConfigEdit::addedToDrop),
                form.set("removedFromKeep", ConfigEdit::removedFromKeep),
                form.bool("nesting", ConfigEdit::nesting));
    }

    /// A journal entry as it was read, with the additions of a newer capdrop.
    public record Recorded(JournalEntry entry, UnknownFields unknown) {
        public Recorded with(JournalEntry next) {
            return new Recorded(next, unknown);
        }
    }
}
