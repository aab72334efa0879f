package dev.capdrop.record;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigSource.KeyAnswer;
import dev.capdrop.core.runtime.IncusFile.IncusProfile;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Evidence;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import dev.capdrop.core.snapshot.Snapshot.Unread;
import dev.capdrop.core.snapshot.Subject;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A [Snapshot] as JSON, `capdrop/snapshot/1` (docs/reference/snapshot.md): one line of ASCII
/// without empty values. Unknown fields of a document survive when it is written again.
public final class SnapshotJson {
    private static final String ENABLED = "enabled";
    private static final String DISABLED = "disabled";

    private SnapshotJson() {}

    public static byte[] write(Snapshot snapshot) {
        return write(new Recorded(snapshot, UnknownFields.NONE));
    }

    /// Writes a snapshot that was read, its unknown fields included.
    public static byte[] write(Recorded recorded) {
        JsonValue.Obj document = Form.write(recorded.snapshot(), SnapshotJson::snapshot);
        recorded.unknown().addTo(document);
        return JsonWriter.write(document);
    }

    /// Reads one document of this version, of 64 MiB, 64 levels and 4 million values at most.
    public static Recorded read(byte[] document, String name) throws RecordException {
        Fields fields = new Fields(name, JsonReader.read(document, name), true);
        return new Recorded(legal(fields, name), new UnknownFields(fields));
    }

    /// Reads one document that is not to be written again.
    public static Snapshot readOnly(byte[] document, String name) throws RecordException {
        return legal(new Fields(name, JsonReader.read(document, name), false), name);
    }

    private static Snapshot legal(Fields fields, String name) throws RecordException {
        try {
            return Form.read(fields, SnapshotJson::snapshot);
        } catch (IllegalArgumentException illegal) {
            throw new RecordException(name, "holds an illegal value: " + illegal.getMessage());
        }
    }

    /// Reads until the end of the stream, 64 MiB at most.
    public static Recorded read(InputStream in, String name) throws IOException {
        return read(in.readNBytes(JsonReader.MAX_BYTES + 1), name);
    }

    static Snapshot snapshot(Form<Snapshot> form) throws RecordException {
        form.schema(Schema.SNAPSHOT);
        return Snapshot.of(
                        form.instant("takenAt", Snapshot::takenAt),
                        form.object("container", SnapshotJson::subject, Snapshot::subject),
                        form.object("host", SnapshotJson::host, Snapshot::host))
                .with(
                        form.objectOrNull(
                                "configuration",
                                SnapshotJson::configuration,
                                Snapshot::configuration))
                .with(form.objectOrNull("init", PartsJson::init, Snapshot::init))
                .with(form.objectOrNull("systemd", SystemdJson::systemd, Snapshot::systemd))
                .with(form.objectOrNull("isolation", PartsJson::isolation, Snapshot::isolation))
                .with(form.objectOrNull("programs", PartsJson::programs, Snapshot::programs))
                .with(form.objectOrNull("engines", EnginesJson::engines, Snapshot::engines))
                .withProblems(form.texts("problems", Snapshot::problems))
                .withUnread(form.list("unread", SnapshotJson::unread, Snapshot::unread))
                .with(
                        form.object(
                                "evidence", Evidence.NONE, PartsJson::evidence, Snapshot::evidence))
                .withLearnt(form.objectOrNull("learnt", UseHistoryJson::history, Snapshot::learnt));
    }

    private static Unread unread(Form<Unread> form) throws RecordException {
        return new Unread(
                form.choice("part", Unread.Part.class, Unread::part),
                form.texts("units", Unread::units),
                form.text("why", Unread::why));
    }

    private static Subject subject(Form<Subject> form) throws RecordException {
        String prefix = form.required("runtime", Subject::prefix);
        String name = form.required("name", Subject::name);
        String lxcPath =
                form.text(
                        "lxcPath",
                        subject ->
                                subject instanceof ContainerId container
                                        ? container.lxcPath()
                                        : "");
        String configPath =
                form.text("configPath", subject -> isUsual(subject) ? "" : subject.configPath());
        return switch (prefix) {
            case Subject.HostFile.PREFIX -> new Subject.HostFile(configPath);
            case Subject.RootDirectory.PREFIX -> new Subject.RootDirectory(name);
            case Subject.Profile.PREFIX -> profile(form, configPath);
            default -> container(form, prefix, name, lxcPath, configPath);
        };
    }

    /// Whether it is a container with its configuration where LXC keeps it.
    private static boolean isUsual(Subject subject) {
        return subject instanceof ContainerId container
                && container.equals(
                        new ContainerId(container.kind(), container.name(), container.lxcPath()));
    }

    private static Subject profile(Form<Subject> form, String configPath) throws RecordException {
        IncusProfile profile = IncusProfile.of(configPath);
        if (profile == null) {
            throw form.wrong("configPath", "the lines of a profile");
        }
        return new Subject.Profile(profile);
    }

    private static ContainerId container(
            Form<Subject> form, String prefix, String name, String lxcPath, String configPath)
            throws RecordException {
        RuntimeKind kind = RuntimeKind.of(prefix);
        if (kind == null) {
            throw form.wrong("runtime", "one of " + String.join(", ", prefixes()));
        }
        return configPath.isEmpty()
                ? new ContainerId(kind, name, lxcPath)
                : new ContainerId(kind, name, lxcPath, configPath);
    }

    private static List<String> prefixes() {
        return Stream.concat(
                        Stream.of(RuntimeKind.values()).map(RuntimeKind::prefix),
                        Stream.of(
                                Subject.HostFile.PREFIX,
                                Subject.Profile.PREFIX,
                                Subject.RootDirectory.PREFIX))
                .toList();
    }

    private static HostMachine host(Form<HostMachine> form) throws RecordException {
        String name = form.text("name", HostMachine::name);
        String kernelRelease = form.text("kernelRelease", HostMachine::kernelRelease);
        int last = form.integer("lastCapability", HostMachine::lastCapability);
        CapabilitySet all = CapabilitySet.upTo(last);
        String bounding =
                form.text(
                        "bounding",
                        host -> host.bounding().equals(all) ? "" : host.bounding().formatHex());
        String appArmor = form.text("appArmor", host -> word(host.appArmor()));
        return new HostMachine(
                name,
                kernelRelease,
                last,
                bounding.isEmpty() ? all : form.set("bounding", HostMachine::bounding),
                switch (appArmor) {
                    case ENABLED -> Boolean.TRUE;
                    case DISABLED -> Boolean.FALSE;
                    default -> null;
                },
                form.text("liblxc", HostMachine::liblxc));
    }

    private static String word(@Nullable Boolean appArmor) {
        return appArmor == null ? "" : appArmor ? ENABLED : DISABLED;
    }

    private static ConfigurationText configuration(Form<ConfigurationText> form)
            throws RecordException {
        return new ConfigurationText(
                form.required("path", ConfigurationText::path),
                form.map("files", ByteString::read, ByteString::write, ConfigurationText::files),
                form.map("directories", Fields::texts, Form::array, ConfigurationText::directories),
                form.number("modifiedMillis", ConfigurationText::modifiedMillis),
                form.map(
                        "keys",
                        (fields, name, word) -> answer(fields.text(name, word)),
                        answer -> new JsonValue.Text(Form.word(answer)),
                        ConfigurationText::keys));
    }

    /// Returns the answer; a word of a later version means that it is not known.
    private static KeyAnswer answer(String word) {
        KeyAnswer known = Form.known(word, KeyAnswer.class);
        return known == null ? KeyAnswer.NOT_KNOWN : known;
    }

    /// A snapshot as it was read, with the additions of a newer capdrop.
    public record Recorded(Snapshot snapshot, UnknownFields unknown) {}
}
