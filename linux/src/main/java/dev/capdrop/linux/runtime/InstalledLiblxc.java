package dev.capdrop.linux.runtime;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.core.container.ConfigSource.KeyAnswer;
import dev.capdrop.linux.root.HostFile.Bounded;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.time.Deadline.Patience;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The liblxc of this host, asked whether it knows a key, each key once: lxc-info(1) loads a
/// configuration of nothing but that key, of a container that there is not, and changes nothing.
/// The lock file that liblxc makes for that is removed again.
public final class InstalledLiblxc {
    private static final Patience LIMIT = Patience.atLeast(Duration.ofSeconds(10));
    private static final String NAME = "x";

    /// The key whose value must be `NAME=value`.
    private static final String VARIABLES = "lxc.environment";

    private static final int MOST = 200;
    private static final Pattern KEY = Pattern.compile("lxc\\.[A-Za-z0-9_.-]{1,200}");

    /// The words of liblxc 4 to 7 for a key that they do not have (`confile.c`).
    static final Pattern UNKNOWN =
            Pattern.compile("(?i)(unsupported|unknown) config(uration)? key");

    static final Pattern REFUSED = Pattern.compile("Failed to parse config file");

    /// The lines with keys that not every version has in configurations that come with LXC: they
    /// are asked in one go, since to start the program costs most.
    private static final List<String> TOGETHER =
            Stream.of("lxc.cgroup.devices.deny", "lxc.cgroup.devices.allow")
                    .flatMap(key -> Stream.of(line(key, false), line(key, true)))
                    .toList();

    private static final Map<String, KeyAnswer> ASKED = new HashMap<>();
    private static boolean askedTogether;
    private static @Nullable String version;
    private static final Path LOCKS = Path.of("/run/lxc/lock");

    private InstalledLiblxc() {}

    /// Returns its version; empty where it is not known. It is asked once.
    public static synchronized String version() {
        String known = version;
        if (known == null) {
            known = Errand.or("", InstalledLiblxc::askedVersion);
            version = known;
        }
        return known;
    }

    private static String askedVersion() throws IOException {
        return HostRuntimes.RuntimeSurvey.version(
                HostProgram.onPath("lxc-info", "lxc").run(List.of("--version"), LIMIT));
    }

    /// Asks about a key, with an empty value if `cleared`.
    public static synchronized KeyAnswer asked(String key, boolean cleared) {
        if (!KEY.matcher(key).matches() || ASKED.size() >= MOST) {
            return KeyAnswer.NOT_KNOWN;
        }
        String line = line(key, cleared);
        if (!askedTogether && TOGETHER.contains(line)) {
            askedTogether = true;
            // a refusal names one line only
            if (ask(String.join("\n", TOGETHER), REFUSED) == KeyAnswer.LOADS) {
                TOGETHER.forEach(one -> ASKED.put(one, KeyAnswer.LOADS));
            }
        }
        return ASKED.computeIfAbsent(line, one -> ask(one, cleared ? REFUSED : UNKNOWN));
    }

    private static String line(String key, boolean cleared) {
        return key + (cleared ? " =" : key.startsWith(VARIABLES) ? " = A=1" : " = 1");
    }

    /// @param refusal the words for a refused key: with an empty value any refusal of the line
    private static KeyAnswer ask(String lines, Pattern refusal) {
        try {
            HostProgram program = HostProgram.onPath("lxc-info", "lxc");
            Path folder = Files.createTempDirectory("capdrop-key");
            Path config = Files.createDirectory(folder.resolve(NAME)).resolve("config");
            try {
                Files.writeString(config, lines + "\n", StandardCharsets.UTF_8);
                List<String> words = List.of("-P", folder.toString(), "-n", NAME, "-c", "lxc.arch");
                return answer(program.run(words, LIMIT), refusal);
            } finally {
                remove(folder, config);
            }
        } catch (IOException cannotAsk) {
            return KeyAnswer.NOT_KNOWN;
        }
    }

    static KeyAnswer answer(HostProgram.Outcome outcome, Pattern refusal) {
        if (outcome.succeeded()) {
            return KeyAnswer.LOADS;
        }
        return outcome.inTime() && refusal.matcher(outcome.output()).find()
                ? KeyAnswer.REFUSED
                : KeyAnswer.NOT_KNOWN;
    }

    private static void remove(Path folder, Path config) throws IOException {
        Files.deleteIfExists(config);
        Files.deleteIfExists(folder.resolve(NAME));
        Files.deleteIfExists(folder);
        Path lock = LOCKS.resolve(LOCKS.getRoot().relativize(folder));
        Files.deleteIfExists(lock.resolve("." + NAME));
        Files.deleteIfExists(lock);
    }

    /// The capabilities that every liblxc (by the names in its library) and every kernel (by its
    /// version below `/boot` and `/lib/modules`) of a host knows. The name of any other keeps each
    /// container whose configuration has it from starting, after the next boot at the latest.
    public record KnownCapabilities(Path root) {
        /// Linux 3.16 has them: no liblxc and no kernel that is still in use lacks one.
        public static final CapabilitySet EVERYWHERE =
                CapabilitySet.upTo(Capability.of("audit_read").number());

        private static final int LARGEST = 64 << 20;

        /// The last two are those of Incus of its own packages and of the snap of LXD.
        private static final List<String> LIBLXC_FOLDERS =
                List.of(
                        "usr/lib",
                        "usr/lib64",
                        "usr/local/lib",
                        "usr/local/lib64",
                        "lib",
                        "lib64",
                        "opt/incus/lib",
                        "snap/lxd/current/lib");

        private static final Pattern KERNEL =
                Pattern.compile("(?:vmlinu[xz]-)?([0-9]+)\\.([0-9]+)[^/]*");

        private static final Pattern VERSION_4 = Pattern.compile("\\x004\\.[0-9]+\\.[0-9]+\\x00");
        private static final Pattern SINCE = Pattern.compile("([0-9]+)\\.([0-9]+)(?:\\.[0-9]+)*");

        public KnownCapabilities() {
            this(Path.of("/"));
        }

        /// Reads them for a running kernel whose `cap_last_cap` is `last`; throws one sentence when
        /// there is no liblxc, or it cannot be read.
        public CapabilitySet read(int last) throws IOException {
            CapabilitySet known = ofKernels().intersect(CapabilitySet.upTo(last));
            Set<Path> libraries = libraries();
            if (libraries.isEmpty()) {
                throw new IOException(
                        "no liblxc.so was found in "
                                + String.join(
                                        ", ", LIBLXC_FOLDERS.stream().map(d -> "/" + d).toList())
                                + ", so that nobody can say which capabilities it knows");
            }
            for (Path library : libraries) {
                known = known.intersect(named(Bounded.latin1(library, LARGEST)));
            }
            return known;
        }

        /// Whether one of the libraries is a liblxc 4, which keeps a list for each of the two keys.
        public boolean twoLists() throws IOException {
            for (Path library : libraries()) {
                if (VERSION_4.matcher(Bounded.latin1(library, LARGEST)).find()) {
                    return true;
                }
            }
            return false;
        }

        private static CapabilitySet named(String library) {
            CapabilitySet named = EVERYWHERE;
            for (Capability capability :
                    CapabilitySet.upTo(Capability.MAX_NUMBER).minus(EVERYWHERE)) {
                boolean hasName = capability.knowledge() != null;
                if (hasName && library.contains("\0" + capability.name() + "\0")) {
                    named = named.with(capability);
                }
            }
            return named;
        }

        /// Returns the libraries, each once; Debian has a folder more for each architecture.
        private Set<Path> libraries() throws IOException {
            Set<Path> found = new TreeSet<>();
            for (String name : LIBLXC_FOLDERS) {
                Path folder = root.resolve(name);
                List<Path> folders = new ArrayList<>(members(folder, "*-linux-*"));
                folders.add(folder);
                for (Path place : folders) {
                    for (Path file : members(place, "liblxc.so*")) {
                        if (Files.isRegularFile(file)) {
                            found.add(file.toRealPath());
                        }
                    }
                }
            }
            return found;
        }

        private CapabilitySet ofKernels() throws IOException {
            CapabilitySet known = CapabilitySet.upTo(Capability.MAX_NUMBER);
            for (String folder : List.of("boot", "lib/modules", "usr/lib/modules")) {
                for (Path kernel : members(root.resolve(folder), "*")) {
                    Matcher version = KERNEL.matcher(kernel.getFileName().toString());
                    if (version.matches()) {
                        known = known.intersect(since(version));
                    }
                }
            }
            return known;
        }

        private static CapabilitySet since(Matcher kernel) {
            CapabilitySet known = CapabilitySet.EMPTY;
            for (Capability capability : CapabilitySet.upTo(Capability.MAX_NUMBER)) {
                Knowledge knowledge = capability.knowledge();
                Matcher since = SINCE.matcher(knowledge == null ? "" : knowledge.since());
                if (since.matches() && order(since) <= order(kernel)) {
                    known = known.with(capability);
                }
            }
            return known;
        }

        private static long order(Matcher version) {
            return Long.parseLong(version.group(1)) * 1_000_000 + Long.parseLong(version.group(2));
        }

        private static List<Path> members(Path folder, String glob) throws IOException {
            List<Path> members = new ArrayList<>();
            if (Files.isDirectory(folder)) {
                try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, glob)) {
                    all.forEach(members::add);
                } catch (DirectoryIteratorException failed) {
                    throw failed.getCause();
                }
            }
            return members;
        }
    }
}
