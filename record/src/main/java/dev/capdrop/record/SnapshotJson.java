package dev.capdrop.record;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigSource.KeyAnswer;
import dev.capdrop.core.runtime.IncusProfile;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostMachine;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Unread;
import dev.capdrop.core.snapshot.Subject;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A [Snapshot] as a JSON document, schema `capdrop/snapshot/1` (docs/reference/snapshot.md).
///
/// The document is one line of ASCII; empty values are left out. Unknown fields of a document
/// survive when it is written again.
public final class SnapshotJson {
    private static final String ENABLED = "enabled";
    private static final String DISABLED = "disabled";

    private SnapshotJson() {}

    public static byte[] write(Snapshot snapshot) {
        return write(new Recorded(snapshot, UnknownFields.NONE));
    }

    /// Writes a snapshot that was read, its unknown fields included.
    public static byte[] write(Recorded recorded) {
        JsonValue.Obj document = document(recorded.snapshot());
        recorded.unknown().addTo(document);
        return JsonWriter.write(document);
    }

    /// Reads one document.
    ///
    /// @throws RecordException when it is no snapshot of this version, or exceeds a limit: 64 MiB,
    ///   64 levels, 4 million values
    public static Recorded read(byte[] document, String name) throws RecordException {
        Fields fields = new Fields(name, JsonReader.read(document, name), true);
        return new Recorded(legal(fields, name), new UnknownFields(fields));
    }

    /// Reads one document that is not to be written again.
    ///
    /// @throws RecordException as [#read(byte[], String)] does
    public static Snapshot readOnly(byte[] document, String name) throws RecordException {
        return legal(new Fields(name, JsonReader.read(document, name), false), name);
    }

    private static Snapshot legal(Fields fields, String name) throws RecordException {
        try {
            return snapshot(fields);
        } catch (IllegalArgumentException illegal) {
            throw new RecordException(name, "holds an illegal value: " + illegal.getMessage());
        }
    }

    /// Reads until the end of the stream, 64 MiB at most; see [#read(byte[], String)].
    public static Recorded read(InputStream in, String name) throws IOException {
        return read(in.readNBytes(JsonReader.MAX_BYTES + 1), name);
    }

    static JsonValue.Obj document(Snapshot snapshot) {
        ConfigurationText configuration = snapshot.configuration();
        Init init = snapshot.init();
        return Schema.SNAPSHOT
                .start()
                .required("takenAt", snapshot.takenAt().toString())
                .object("container", subject(snapshot.subject()))
                .object("host", host(snapshot.host()))
                .object("configuration", configuration == null ? null : files(configuration))
                .object("init", init == null ? null : InitJson.write(init))
                .object("systemd", SystemdJson.write(snapshot.systemd()))
                .object("isolation", ProgramsJson.write(snapshot.isolation()))
                .object("programs", ProgramsJson.write(snapshot.programs()))
                .texts("problems", snapshot.problems())
                .list("unread", snapshot.unread().stream().map(SnapshotJson::unread).toList())
                .object("evidence", EvidenceJson.write(snapshot.evidence()))
                .object("learnt", UseHistoryJson.write(snapshot.learnt()))
                .done();
    }

    static Snapshot snapshot(Fields fields) throws RecordException {
        Schema.SNAPSHOT.check(fields);
        return Snapshot.of(
                        Values.instant(fields, "takenAt"),
                        subject(fields.requiredObject("container")),
                        host(fields.requiredObject("host")))
                .with(files(fields.object("configuration")))
                .with(InitJson.read(fields.object("init")))
                .with(SystemdJson.read(fields.object("systemd")))
                .with(ProgramsJson.isolation(fields.object("isolation")))
                .with(ProgramsJson.programs(fields.object("programs")))
                .withProblems(fields.texts("problems"))
                .withUnread(fields.list("unread", SnapshotJson::unread))
                .with(EvidenceJson.read(fields.object("evidence")))
                .withLearnt(UseHistoryJson.read(fields.object("learnt")));
    }

    private static JsonValue.Obj unread(Unread unread) {
        return new ObjectBuilder()
                .required("part", Values.choice(unread.part()))
                .texts("units", unread.units())
                .text("why", unread.why())
                .done();
    }

    private static Unread unread(Fields gap) throws RecordException {
        return new Unread(
                Values.choice(gap, "part", Unread.Part.class), gap.texts("units"), gap.text("why"));
    }

    private static JsonValue.Obj subject(Subject subject) {
        String lxcPath = subject instanceof ContainerId container ? container.lxcPath() : "";
        boolean elsewhere =
                !(subject instanceof ContainerId container)
                        || !container.equals(usual(container.kind(), container.name(), lxcPath));
        return new ObjectBuilder()
                .required("runtime", subject.prefix())
                .required("name", subject.name())
                .text("lxcPath", lxcPath)
                .text("configPath", elsewhere ? subject.configPath() : "")
                .done();
    }

    private static Subject subject(Fields fields) throws RecordException {
        String prefix = fields.required("runtime");
        String name = fields.required("name");
        String configPath = fields.text("configPath");
        return switch (prefix) {
            case Subject.HostFile.PREFIX -> new Subject.HostFile(configPath);
            case Subject.RootDirectory.PREFIX -> new Subject.RootDirectory(name);
            case Subject.Profile.PREFIX -> profile(fields, configPath);
            default -> container(fields, prefix, name, configPath);
        };
    }

    private static Subject profile(Fields fields, String configPath) throws RecordException {
        IncusProfile profile = IncusProfile.of(configPath);
        if (profile == null) {
            throw fields.wrong("configPath", "the lines of a profile");
        }
        return new Subject.Profile(profile);
    }

    private static ContainerId container(
            Fields fields, String prefix, String name, String configPath) throws RecordException {
        RuntimeKind kind = RuntimeKind.of(prefix);
        if (kind == null) {
            throw fields.wrong("runtime", "one of " + String.join(", ", prefixes()));
        }
        String lxcPath = fields.text("lxcPath");
        return configPath.isEmpty()
                ? usual(kind, name, lxcPath)
                : new ContainerId(kind, name, lxcPath, configPath);
    }

    private static List<String> prefixes() {
        List<String> prefixes = new ArrayList<>();
        for (RuntimeKind kind : RuntimeKind.values()) {
            prefixes.add(kind.prefix());
        }
        prefixes.addAll(
                List.of(
                        Subject.HostFile.PREFIX,
                        Subject.Profile.PREFIX,
                        Subject.RootDirectory.PREFIX));
        return prefixes;
    }

    /// Returns the container with its configuration where LXC keeps it.
    private static ContainerId usual(RuntimeKind kind, String name, String lxcPath) {
        return new ContainerId(kind, name, lxcPath);
    }

    private static JsonValue.Obj host(HostMachine host) {
        boolean all = host.bounding().equals(CapabilitySet.upTo(host.lastCapability()));
        return new ObjectBuilder()
                .text("name", host.name())
                .text("kernelRelease", host.kernelRelease())
                .number("lastCapability", host.lastCapability())
                .text("bounding", all ? "" : host.bounding().formatHex())
                .text("appArmor", appArmor(host.appArmor()))
                .done();
    }

    private static HostMachine host(Fields fields) throws RecordException {
        int last = fields.integer("lastCapability");
        CapabilitySet bounding =
                fields.text("bounding").isEmpty()
                        ? CapabilitySet.upTo(last)
                        : Values.capabilities(fields, "bounding");
        return new HostMachine(
                fields.text("name"),
                fields.text("kernelRelease"),
                last,
                bounding,
                appArmor(fields));
    }

    private static String appArmor(@Nullable Boolean enabled) {
        if (enabled == null) {
            return "";
        }
        return enabled ? ENABLED : DISABLED;
    }

    private static @Nullable Boolean appArmor(Fields fields) throws RecordException {
        return switch (fields.text("appArmor")) {
            case ENABLED -> true;
            case DISABLED -> false;
            default -> null;
        };
    }

    private static JsonValue.Obj files(ConfigurationText configuration) {
        ObjectBuilder files = new ObjectBuilder();
        new TreeMap<>(configuration.files())
                .forEach((path, bytes) -> files.put(path, ByteString.write(bytes)));
        ObjectBuilder directories = new ObjectBuilder();
        new TreeMap<>(configuration.directories())
                .forEach((path, list) -> directories.put(path, ObjectBuilder.array(list)));
        return new ObjectBuilder()
                .required("path", configuration.path())
                .object("files", files.done())
                .object("directories", directories.done())
                .number("modifiedMillis", configuration.modifiedMillis())
                .object("keys", keys(configuration.keys()))
                .done();
    }

    private static JsonValue.Obj keys(Map<String, KeyAnswer> answers) {
        ObjectBuilder keys = new ObjectBuilder();
        new TreeMap<>(answers).forEach((key, answer) -> keys.required(key, Values.choice(answer)));
        return keys.done();
    }

    /// Returns the answer; a word of a later version means that it is not known.
    private static KeyAnswer answer(String word) {
        KeyAnswer known = Values.known(word, KeyAnswer.class);
        return known == null ? KeyAnswer.NOT_KNOWN : known;
    }

    private static @Nullable ConfigurationText files(@Nullable Fields fields)
            throws RecordException {
        if (fields == null) {
            return null;
        }
        Map<String, String> files = new TreeMap<>();
        for (Map.Entry<String, JsonValue> file : fields.map("files").entrySet()) {
            files.put(file.getKey(), ByteString.read(fields, "files", file.getValue()));
        }
        Map<String, List<String>> directories = new TreeMap<>();
        for (Map.Entry<String, JsonValue> directory : fields.map("directories").entrySet()) {
            directories.put(directory.getKey(), fields.texts("directories", directory.getValue()));
        }
        Map<String, KeyAnswer> keys = new TreeMap<>();
        for (Map.Entry<String, JsonValue> key : fields.map("keys").entrySet()) {
            keys.put(key.getKey(), answer(fields.text("keys", key.getValue())));
        }
        return new ConfigurationText(
                fields.required("path"), files, directories, fields.number("modifiedMillis"), keys);
    }

    /// A snapshot as it was read, with the additions of a newer capdrop.
    public record Recorded(Snapshot snapshot, UnknownFields unknown) {}
}
