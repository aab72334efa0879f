package dev.capdrop.record;

import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.journal.JournalEntry;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.TreeSet;

/// A [JournalEntry] as a JSON document, schema `capdrop/change/1` (docs/reference/snapshot.md).
///
/// Manners and limits are those of [SnapshotJson].
public final class JournalEntryJson {
    private JournalEntryJson() {}

    public static byte[] write(JournalEntry entry) {
        return write(new Recorded(entry, UnknownFields.NONE));
    }

    /// Writes an entry that was read, its unknown fields included.
    public static byte[] write(Recorded recorded) {
        JsonValue.Obj document = document(recorded.entry());
        recorded.unknown().addTo(document);
        return JsonWriter.writeInLines(document);
    }

    /// Reads one document.
    ///
    /// @throws RecordException when it is no journal entry of this version, or exceeds a limit
    public static Recorded read(byte[] document, String name) throws RecordException {
        Fields fields = new Fields(name, JsonReader.read(document, name), true);
        try {
            JournalEntry entry = entry(fields);
            return new Recorded(entry, new UnknownFields(fields));
        } catch (IllegalArgumentException illegal) {
            throw new RecordException(name, "holds an illegal value: " + illegal.getMessage());
        }
    }

    /// Reads until the end of the stream, 64 MiB at most; see [#read(byte[], String)].
    public static Recorded read(InputStream in, String name) throws IOException {
        return read(in.readNBytes(JsonReader.MAX_BYTES + 1), name);
    }

    private static JsonValue.Obj document(JournalEntry entry) {
        return Schema.CHANGE
                .start()
                .required("id", entry.id())
                .required("target", entry.target())
                .required("at", entry.at().toString())
                .required("phase", Values.choice(entry.phase()))
                .required("drop", entry.drop().formatHex())
                .texts("allowSkip", new TreeSet<>(entry.asked().allowSkip()))
                .text("outcome", entry.outcome())
                .object("edit", edit(entry.edit()))
                .object("before", SnapshotJson.document(entry.before().withLearnt(null)))
                .done();
    }

    private static JournalEntry entry(Fields fields) throws RecordException {
        Schema.CHANGE.check(fields);
        return new JournalEntry(
                fields.required("id"),
                fields.required("target"),
                Values.instant(fields, "at"),
                Values.choice(fields, "phase", JournalEntry.Phase.class),
                new JournalEntry.Asked(
                        Values.capabilities(fields, "drop"),
                        new HashSet<>(fields.texts("allowSkip"))),
                edit(fields.requiredObject("edit")),
                SnapshotJson.snapshot(fields.requiredObject("before")),
                fields.text("outcome"));
    }

    private static JsonValue.Obj edit(ConfigEdit edit) {
        return new ObjectBuilder()
                .required("path", edit.path())
                .put("before", ByteString.write(edit.before()))
                .put("after", ByteString.write(edit.after()))
                .required("addedToDrop", edit.addedToDrop().formatHex())
                .required("removedFromKeep", edit.removedFromKeep().formatHex())
                .bool("nesting", edit.nesting())
                .done();
    }

    private static ConfigEdit edit(Fields fields) throws RecordException {
        return new ConfigEdit(
                fields.required("path"),
                fields.bytes("before"),
                fields.bytes("after"),
                Values.capabilities(fields, "addedToDrop"),
                Values.capabilities(fields, "removedFromKeep"),
                fields.bool("nesting"));
    }

    /// A journal entry as it was read, with the additions of a newer capdrop.
    public record Recorded(JournalEntry entry, UnknownFields unknown) {
        public Recorded with(JournalEntry next) {
            return new Recorded(next, unknown);
        }
    }
}
