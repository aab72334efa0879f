package dev.capdrop.linux.incus;

import static java.util.Objects.requireNonNullElse;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.runtime.IncusFile;
import dev.capdrop.core.runtime.IncusFile.IncusProfile;
import dev.capdrop.linux.incus.IncusServer.IncusInstance;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.record.ForeignJson;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The `raw.lxc` of Incus' containers and of its profiles as files (see [IncusFile],
/// [IncusProfile]). An empty one is none.
///
/// Incus refuses a change of another state of the instance or profile (by its entity tag) than was
/// read: then it is read again, so that nobody's change is lost. Of a profile it does not look
/// under a lock (`profiles.go`, 6.0.4 and 7.3): of two writes in the same moment the later takes
/// the earlier one's place. So it is looked at again, and written again where our lines are gone.
record IncusStore(IncusServer server, Duration longest) implements ConfigStore.SharedConfigStore {
    private static final int ATTEMPTS = 50;

    /// The time that another's write may take from Incus' look at the entity tag to its end.
    private static final Duration OTHERS_WRITE = Duration.ofMillis(200);

    /// The time for a profile: Incus answers when it has told every instance of this host.
    private static final Duration TOLD_TO_ALL = Duration.ofMinutes(5);

    private static final Pattern TAG = Pattern.compile("\"?[0-9A-Za-z]{1,128}\"?");
    private static final String DESCRIPTION = "description";
    private static final int CHANGED_MEANWHILE = 412;

    IncusStore(IncusServer server) {
        this(server, Duration.ofMinutes(1));
    }

    @Override
    public String read(String path) throws IOException {
        IncusProfile profile = IncusProfile.of(path);
        return profile == null
                ? IncusConfig.read(server, path)
                : IncusConfig.bytes(kept(profile).lines());
    }

    @Override
    public void replace(String path, String expected, String content) throws IOException {
        String lines = IncusConfig.text(content);
        if (!IncusConfig.bytes(lines).equals(content)) {
            throw new IOException(
                    "'%s' would not be UTF-8, and %s keeps nothing else; nothing was written"
                            .formatted(path, server.daemon().title()));
        }
        boolean written = false;
        Deadline end = Deadline.in(longest);
        for (int attempt = 0; attempt < ATTEMPTS && !(attempt > 0 && end.passed()); attempt++) {
            Kept now = kept(path);
            if (!IncusConfig.bytes(now.lines()).equals(expected)) {
                if (written) {
                    return;
                }
                throw new ConfigStore.ChangedException(path);
            }
            if (expected.equals(content)) {
                return;
            }
            if (written(now, lines)) {
                if (now.locked()) {
                    return;
                }
                written = true;
                LockSupport.parkNanos(OTHERS_WRITE.toNanos());
            }
        }
        String name = kept(path).name();
        throw new IOException(
                written
                        ? "the raw.lxc of '%s' was written, and somebody else takes it back each time; look who does, and run capdrop again"
                                .formatted(name)
                        : "settings of '%s' are changed by somebody else all the time; nothing was written, run capdrop again"
                                .formatted(name));
    }

    /// Sets the `raw.lxc` in the state in which it was read, or unsets it where it is empty; false
    /// when it was changed meanwhile, and nothing was written.
    ///
    /// A PATCH leaves alone what it does not name (`instance_patch.go`, `profiles.go`), but all
    /// versions before 6.0.6 and 6.17 empty an instance's description, so it is named. It is no
    /// part of the entity tag: who changes it in the moment between is written over.
    private boolean written(Kept now, String lines) throws IOException {
        if (!TAG.matcher(now.tag).matches()) {
            throw server.said("it does not say which state it tells of; nothing was written");
        }
        Map<String, Object> changed = new LinkedHashMap<>();
        if (now.raw.get(DESCRIPTION) instanceof String description) {
            changed.put(DESCRIPTION, description);
        }
        changed.put("config", Map.of(IncusInstance.RAW_LXC, lines));
        IncusServer.Reply reply =
                server.ask(
                        "PATCH",
                        now.target,
                        "If-Match: " + now.tag + "\r\n",
                        ForeignJson.write(changed),
                        now.locked ? server.patience() : TOLD_TO_ALL);
        if (reply.status() == CHANGED_MEANWHILE) {
            return false;
        }
        server.requireDone(reply, IncusServer.PATIENCE);
        return true;
    }

    @Override
    public void removeEmptyFolder(String path) {}

    /// An instance or a profile that Incus keeps under a path.
    ///
    /// @param locked whether nobody else writes between Incus' look at the tag and its write
    private record Kept(
            String name,
            String target,
            Map<String, @Nullable Object> raw,
            String lines,
            String tag,
            boolean locked) {}

    private Kept kept(String path) throws IOException {
        IncusProfile profile = IncusProfile.of(path);
        if (profile != null) {
            return kept(profile);
        }
        IncusFile file = IncusFile.of(path);
        if (file == null || IncusFile.isExpanded(path)) {
            throw new IllegalArgumentException("'" + path + "' is nothing that Incus keeps");
        }
        IncusServer.Versioned now = server.instance(file.project(), file.instance());
        return new Kept(
                file.instance(),
                IncusServer.path(file.project(), file.instance(), ""),
                now.instance().raw(),
                IncusConfig.own(now.instance()),
                now.tag(),
                true);
    }

    private Kept kept(IncusProfile profile) throws IOException {
        String target = IncusServer.path(profile.project(), profile.name());
        IncusServer.Reply reply = server.get(target);
        Map<String, @Nullable Object> raw =
                server.understood(() -> IncusInstance.fields(reply.metadata()));
        server.understood(() -> IncusInstance.fields(raw.get("config")));
        String lines = requireNonNullElse(IncusInstance.lines(raw), "");
        return new Kept(profile.word(), target, raw, lines, reply.tag(), false);
    }
}
