package dev.capdrop.cli.command;

import dev.capdrop.capability.NearNames;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.linux.runtime.HostContainers;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.linux.runtime.HostRuntime;
import dev.capdrop.linux.time.Errand;
import dev.capdrop.record.SnapshotJson;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Finds the container that a word of the command line names: one of [#WORDS].
public record Targets(Host host) {
    /// A snapshot of 20,000 units stays below this.
    private static final int MAX_BYTES = 64 << 20;

    private static final int TYPE = 0170000;
    private static final int FIFO = 0010000;

    /// The forms in which a command line may name a container.
    public static final String WORDS = RuntimeKind.samples() + " or NAME";

    /// The forms where a root directory will do, too.
    public static final String OR_ROOT = RuntimeKind.samples() + ", NAME or root:DIR";

    /// The forms where several containers will do, too.
    public static final String SEVERAL =
            RuntimeKind.samples() + ", NAME, root:DIR or tag:TAG (of Proxmox VE)";

    private static final String TAG = "tag:";

    private static final int MOST_OTHERS = 3;

    /// Returns the target, which has to be there.
    public static String required(@Nullable String target, String or) {
        if (target == null) {
            throw new UsageException(
                    "no target, expected a %s, NAME or %s; 'capdrop check' lists the containers"
                            .formatted(RuntimeKind.samples(), or));
        }
        return target;
    }

    /// Returns the container that a target names, or those with its tag, one at least.
    public List<HostContainer> all(String target) throws IOException {
        if (!target.startsWith(TAG)) {
            return List.of(find(target));
        }
        String tag = target.substring(TAG.length());
        List<HostContainer> tagged =
                host.containers().reachable().containers().stream()
                        .filter(one -> one.guest() != null && one.guest().tags().contains(tag))
                        .toList();
        if (tagged.isEmpty()) {
            throw new UsageException("no container here has the tag '%s'".formatted(tag));
        }
        return tagged;
    }

    public HostContainer find(String target) throws IOException {
        if (target.startsWith(RootTarget.PREFIX)) {
            throw new UsageException(
                    "'%s' is a root directory, and no container; only check, plan, explain and snapshot take one"
                            .formatted(target));
        }
        if (target.startsWith(TAG)) {
            throw new UsageException(
                    "'%s' may mean several containers; only check and status take a tag"
                            .formatted(target));
        }
        int colon = target.indexOf(':');
        HostRuntime only = colon < 0 ? null : runtime(target, target.substring(0, colon));
        String word = target.substring(colon + 1);
        String name = name(target, only == null ? word : only.kind().named(word), only);
        List<HostContainer> found = withoutOthers(name, found(name, only));
        if (found.isEmpty()) {
            throw new UsageException(none(target, only, name));
        }
        if (found.size() > 1) {
            throw new UsageException(several(name, found));
        }
        return found.getFirst();
    }

    private List<HostContainer> found(String name, @Nullable HostRuntime only) throws IOException {
        if (only != null) {
            return host.containers().named(name, only.kind());
        }
        HostContainers.Listing listing = host.containers().named(name);
        for (HostRuntime one : host.runtimes().all()) {
            String sentence = listing.silent().get(one.kind());
            if (sentence != null) {
                throw new IOException(one.mayHaveMade(name) ? sentence : without(sentence, name));
            }
        }
        return listing.containers();
    }

    /// Returns root's container where other users have namesakes, which are mentioned.
    private List<HostContainer> withoutOthers(String name, List<HostContainer> found)
            throws IOException {
        if (found.size() < 2) {
            return found;
        }
        List<HostContainer> ours = new ArrayList<>();
        List<Text> others = new ArrayList<>();
        for (HostContainer one : found) {
            int user = host.runtime(one.id()).user(one.id());
            if (user == 0) {
                ours.add(one);
            } else if (others.size() < MOST_OTHERS) {
                String uid = Integer.toUnsignedString(user);
                others.add(Text.of("uid %s in %s", uid, one.id().lxcPath()));
            }
        }
        if (ours.isEmpty() || ours.size() == found.size()) {
            return found;
        }
        host.options()
                .say(
                        Text.of(
                                "another user of this host runs a container called '%s', too (%s); --lxc-path would name that one",
                                name, Text.join(", ", others)));
        return ours;
    }

    private static String without(String sentence, String name) {
        RuntimeKind lxc = RuntimeKind.LXC;
        return "%s; '%s:%s' asks %s alone".formatted(sentence, lxc.prefix(), name, lxc.title());
    }

    private HostRuntime runtime(String target, String prefix) {
        List<String> titles = new ArrayList<>();
        for (HostRuntime one : host.runtimes().all()) {
            if (one.kind().prefix().equals(prefix)) {
                return one;
            }
            titles.add(one.kind().title());
        }
        throw new UsageException(
                "'%s': this version knows %s, expected a %s"
                        .formatted(target, String.join(", ", titles), WORDS));
    }

    private static String several(String name, List<HostContainer> found) {
        Set<RuntimeKind> kinds = new LinkedHashSet<>();
        found.forEach(one -> kinds.add(one.id().kind()));
        if (kinds.size() == 1) {
            List<String> folders = found.stream().map(one -> one.id().lxcPath()).toList();
            return "several containers are called '%s', in %s; say which with --lxc-path"
                    .formatted(name, String.join(" and ", folders));
        }
        List<String> titles = kinds.stream().map(RuntimeKind::title).toList();
        List<String> targets = kinds.stream().map(kind -> kind.prefix() + ":" + name).toList();
        return "both %s know a '%s'; say %s"
                .formatted(String.join(" and ", titles), name, String.join(" or ", targets));
    }

    private String none(String target, @Nullable HostRuntime only, String name) throws IOException {
        List<HostContainer> all = host.containers().reachable().containers();
        for (HostContainer one : all) {
            if (!one.id().name().equals(name)) {
                continue;
            }
            ContainerId other = one.id();
            String claim = host.runtime(other).claim();
            return "'%s' is %s%s; say %s"
                    .formatted(
                            target,
                            other.kind().title(),
                            claim.isEmpty() ? "'s" : "'s, " + claim,
                            other.target());
        }
        for (HostRuntime one : host.runtimes().all()) {
            String meant = only == null || only.kind() == one.kind() ? one.meant(name) : "";
            if (!meant.isEmpty()) {
                return meant;
            }
        }
        String silence = only == null ? "" : only.silence();
        if (!silence.isEmpty()) {
            return silence;
        }
        String none =
                only != null && only.kind().uniqueNames()
                        ? "%s has no container '%s' here"
                                .formatted(
                                        only.kind().title(),
                                        target.substring(target.indexOf(':') + 1))
                        : "no container is called '" + name + "'";
        String where =
                host.facts().root()
                        ? "; 'capdrop check' lists those of this host"
                        : " among those that this user may see; root sees all of this host";
        List<String> names = all.stream().map(one -> one.id().name()).toList();
        return none + where + NearNames.question(name, names);
    }

    private static String name(String target, String name, @Nullable HostRuntime only) {
        boolean impossible =
                name.isEmpty() || name.equals(".") || name.equals("..") || name.contains("/");
        if (impossible || (only != null && !only.canBeCalled(name))) {
            throw new UsageException(
                    "'%s' cannot be a container's name, expected a %s; 'capdrop check' lists the containers"
                            .formatted(target, WORDS));
        }
        return name;
    }

    /// Reads a recorded snapshot from a file, or a pipe to its end, as `--from <(…)` names one.
    public static Snapshot recorded(Path file) throws IOException {
        byte[] bytes = given(file, "snapshot", "a snapshot as 'capdrop snapshot' writes it");
        Snapshot read = SnapshotJson.readOnly(bytes, file.toString());
        if (read.subject() instanceof Subject.Lines lines) {
            throw new UsageException(
                    "'%s' is of '%s', expected a snapshot of one container"
                            .formatted(file, lines.target()));
        }
        return read;
    }

    public static byte[] given(Path file, String noun, String expected) throws IOException {
        if (!Files.isRegularFile(file) && !isPipe(file)) {
            throw new UsageException("'%s' is no file, expected %s".formatted(file, expected));
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException(
                    "'" + file + "' has more than 64 MiB, no " + noun + " is that large");
        }
        return bytes;
    }

    private static boolean isPipe(Path file) {
        return Errand.or(
                false, () -> ((Integer) Files.getAttribute(file, "unix:mode") & TYPE) == FIFO);
    }
}
