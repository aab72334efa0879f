package dev.capdrop.linux.incus;

import static java.util.Objects.requireNonNullElse;

import dev.capdrop.core.change.ConfigStore.SharedConfigStore;
import dev.capdrop.core.runtime.IncusDaemon;
import dev.capdrop.core.runtime.IncusFile;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import dev.capdrop.record.ForeignJson;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The Incus, or the LXD, of this host (`rest-api.md` of both).
///
/// @param owner the user whose socket it has to be
/// @param patience how long it may take for an answer
public record IncusServer(IncusDaemon daemon, String directory, Duration patience, int owner) {
    private static final String SOCKET = "unix.socket";
    static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String INSTANCES = "/1.0/instances?recursion=1&all-projects=true";
    private static final int LARGEST = 64 << 20;
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int SUCCESS = 200;
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Pattern VERSION = Pattern.compile("[0-9][0-9A-Za-z.~+-]{0,30}");
    private static final Pattern OPERATION = Pattern.compile("/1\\.0/operations/[0-9a-f-]{36}");

    /// The operations that somebody does in a container, and not with it.
    private static final Set<String> HARMLESS = Set.of("Executing command", "Showing console");

    /// The one in the folder that the environment names, or in the first usual one with a socket.
    public IncusServer(IncusDaemon daemon) {
        this(daemon, usual(daemon), PATIENCE, 0);
    }

    private static String usual(IncusDaemon daemon) {
        String named = System.getenv(daemon.variable());
        if (named != null && named.startsWith("/")) {
            return named.replaceAll("/+$", "");
        }
        return daemon.directories().stream()
                .filter(directory -> Files.exists(Path.of(directory, SOCKET)))
                .findFirst()
                .orElse(daemon.directories().getFirst());
    }

    /// Returns the store of its containers' configurations.
    public SharedConfigStore store() {
        return new IncusStore(this);
    }

    /// Whether its socket is there, and this user may not connect.
    public boolean forbidden() {
        return Files.exists(socket()) && !Files.isWritable(socket());
    }

    /// Whether somebody listens at its socket, and this user may connect.
    ///
    /// @throws IOException one sentence when the socket is somebody else's
    public boolean present() throws IOException {
        Path socket = socket();
        if (!Files.exists(socket) || forbidden()) {
            return false;
        }
        requireRoots(socket);
        try {
            ask("GET", "/1.0", "", new byte[0]);
            return true;
        } catch (ConnectException nobody) {
            return false;
        }
    }

    private Path socket() {
        return Path.of(directory, SOCKET);
    }

    private void requireRoots(Path socket) throws IOException {
        try {
            if (!Integer.valueOf(owner).equals(Files.getAttribute(socket, "unix:uid"))) {
                throw new IOException(
                        "'%s' is not root's, so it is not %s who answers"
                                .formatted(socket, daemon.title()));
            }
        } catch (NoSuchFileException gone) {
            throw new ConnectException(
                    "'" + socket + "' is not there: " + daemon.program() + " does not run");
        }
    }

    /// Returns its containers of all projects, those on other members of its cluster too.
    public List<IncusInstance> containers() throws IOException {
        return users().stream().flatMap(one -> Stream.ofNullable(one.container())).toList();
    }

    /// An instance, as far as it uses profiles; not a container where it is a virtual machine.
    record User(
            String project,
            String name,
            List<String> profiles,
            @Nullable IncusInstance container) {}

    List<User> users() throws IOException {
        List<User> found = new ArrayList<>();
        for (Map<String, @Nullable Object> one : listed(INSTANCES, "instances")) {
            IncusInstance instance = understood(() -> IncusInstance.of(one));
            String project = String.valueOf(one.get("project"));
            String name = String.valueOf(one.get("name"));
            found.add(new User(project, name, IncusInstance.profiles(one), instance));
        }
        return found;
    }

    List<Map<String, @Nullable Object>> listed(String target, String what) throws IOException {
        if (!(get(target).metadata() instanceof List<?> list)) {
            throw said("it does not list its " + what);
        }
        List<Map<String, @Nullable Object>> found = new ArrayList<>();
        for (Object one : list) {
            found.add(understood(() -> IncusInstance.fields(one)));
        }
        return found;
    }

    /// Returns what the answer means, or throws with a sentence that says who has answered.
    <T extends @Nullable Object> T understood(Errand<T> reading) throws IOException {
        try {
            return reading.take();
        } catch (IOException odd) {
            throw said(odd.getMessage());
        }
    }

    Versioned instance(String project, String name) throws IOException {
        Reply reply = get(path(project, name, ""));
        IncusInstance instance = understood(() -> IncusInstance.of(reply.metadata()));
        if (instance == null) {
            throw new NoSuchFileException(name);
        }
        if (!instance.told()) {
            throw said("it does not tell the settings of '" + name + "'");
        }
        return new Versioned(instance, reply.tag());
    }

    static String path(String project, String name, String below) {
        return "/1.0/instances/" + encoded(name) + below + "?project=" + encoded(project);
    }

    public IncusInstance container(IncusFile file) throws IOException {
        try {
            return instance(file.project(), file.instance()).instance();
        } catch (NoSuchFileException gone) {
            throw said("it has no container '" + file.instance() + "' any more");
        }
    }

    /// Returns the newest of a container's snapshots that has these lines of liblxc, a string of
    /// bytes; empty where none has.
    public String snapshotWith(IncusFile file, String lines) throws IOException {
        String target = path(file.project(), file.instance(), "/snapshots") + "&recursion=1";
        String found = "";
        String newest = "";
        for (Map<String, @Nullable Object> one : listed(target, "snapshots")) {
            String own = requireNonNullElse(IncusInstance.lines(one), "");
            String made = String.valueOf(one.get("created_at"));
            if (IncusConfig.bytes(own).equals(lines) && made.compareTo(newest) >= 0) {
                newest = made;
                String name = String.valueOf(one.get("name"));
                found = name.substring(name.lastIndexOf('/') + 1);
            }
        }
        return found;
    }

    /// Returns what Incus does with an instance now, in its words; empty where it does nothing.
    public String work(IncusFile file) throws IOException {
        String target = "/1.0/operations?recursion=1&project=" + encoded(file.project());
        Object all = get(target).metadata();
        if (all instanceof Map<?, ?> byState && byState.get("running") instanceof List<?> running) {
            for (Object one : running) {
                if (one instanceof Map<?, ?> operation
                        && operation.get("resources") instanceof Map<?, ?> resources
                        && resources.get("instances") instanceof List<?> instances
                        && instances.stream().anyMatch(it -> names(it, file))
                        && operation.get("description") instanceof String description
                        && !HARMLESS.contains(description)) {
                    return description;
                }
            }
        }
        return "";
    }

    private static boolean names(@Nullable Object resource, IncusFile file) {
        String path = String.valueOf(resource).replaceAll("\\?.*", "");
        return path.equals("/1.0/instances/" + file.instance());
    }

    /// Starts or stops a container and waits until Incus has done it; returns why it has not, in
    /// its words, or an empty text.
    ///
    /// @param action `start` or `stop`
    /// @param force whether it may be killed
    public String act(IncusFile file, String action, Duration timeout, boolean force)
            throws IOException {
        long seconds = Math.max(1, timeout.plusMillis(999).toSeconds());
        ForeignJson.Literal limit = new ForeignJson.Literal(Long.toString(seconds));
        Map<String, Object> words = Map.of("action", action, "timeout", limit, "force", force);
        byte[] body = ForeignJson.write(words);
        Reply reply = ask("PUT", path(file.project(), file.instance(), "/state"), "", body);
        try {
            requireDone(reply, timeout);
            return "";
        } catch (Refused refused) {
            return refused.words;
        }
    }

    void requireDone(Reply asked, Duration timeout) throws IOException {
        if (asked.status() == OK) {
            return;
        }
        Reply done = awaited(asked, timeout.plus(GRACE));
        boolean success =
                done.metadata() instanceof Map<?, ?> result
                        && result.get("status_code") instanceof ForeignJson.Literal code
                        && code.literal().equals(Integer.toString(SUCCESS));
        if (!success) {
            String why =
                    done.metadata() instanceof Map<?, ?> result
                                    && result.get("err") instanceof String err
                                    && !err.isEmpty()
                            ? err
                            : "it has not ended within " + timeout.plus(GRACE).toSeconds() + " s";
            throw refused(why);
        }
    }

    /// Returns the operation when it had ended, or when the time was over.
    Reply awaited(Reply asked, Duration timeout) throws IOException {
        Object operation = asked.fields().get("operation");
        if (asked.status() != ACCEPTED
                || !(operation instanceof String name)
                || !OPERATION.matcher(name).matches()) {
            throw refused(refusal(asked));
        }
        String target = name + "/wait?timeout=" + timeout.toSeconds();
        Reply done = ask("GET", target, "", new byte[0], timeout.plus(GRACE));
        if (done.status() != OK || !(done.metadata() instanceof Map<?, ?>)) {
            throw refused(refusal(done));
        }
        return done;
    }

    Map<String, @Nullable Object> object(String target) throws IOException {
        Reply reply = get(target);
        return understood(() -> IncusInstance.fields(reply.metadata()));
    }

    record Versioned(IncusInstance instance, String tag) {}

    static String path(String project, String profile) {
        return "/1.0/profiles/" + encoded(profile) + "?project=" + encoded(project);
    }

    /// The daemon's version, or `unknown`, and whether it does what this process asks for.
    public record About(String version, boolean trusted) {}

    private Map<String, @Nullable Object> server() throws IOException {
        try {
            return object("/1.0");
        } catch (NoSuchFileException none) {
            throw said("it has no '" + none.getMessage() + "'");
        }
    }

    public About about() throws IOException {
        Map<String, @Nullable Object> server = server();
        String version =
                server.get("environment") instanceof Map<?, ?> environment
                                && environment.get("server_version") instanceof String said
                                && VERSION.matcher(said).matches()
                        ? said
                        : "unknown";
        return new About(version, "trusted".equals(server.get("auth")));
    }

    /// Returns Incus' name for this member of its cluster; `none` where it is in none.
    public String member() throws IOException {
        Map<String, @Nullable Object> server = server();
        return understood(() -> {
            Map<String, @Nullable Object> environment =
                    IncusInstance.fields(server.get("environment"));
            return Boolean.TRUE.equals(environment.get("server_clustered"))
                    ? IncusInstance.text(environment, "server_name")
                    : "none";
        });
    }

    @Nullable String profileLines(String project, String profile) throws IOException {
        Object found = get(path(project, profile)).metadata();
        return found instanceof Map<?, ?> fields ? IncusInstance.lines(fields) : null;
    }

    /// @param tag its entity tag; empty where it has none
    record Reply(int status, Map<String, @Nullable Object> fields, String tag) {
        @Nullable Object metadata() {
            return fields.get("metadata");
        }
    }

    Reply get(String target) throws IOException {
        Reply reply = ask("GET", target, "", new byte[0]);
        if (reply.status() == 404) {
            throw new NoSuchFileException(target);
        }
        if (reply.status() != OK) {
            throw said("it refuses: " + refusal(reply));
        }
        return reply;
    }

    static String refusal(Reply reply) {
        return reply.fields().get("error") instanceof String error && !error.isEmpty()
                ? error
                : "status " + reply.status();
    }

    /// @param fields header fields, each with its end
    Reply ask(String method, String target, String fields, byte[] body) throws IOException {
        return ask(method, target, fields, body, patience);
    }

    Reply ask(String method, String target, String fields, byte[] body, Duration patience)
            throws IOException {
        requireRoots(socket());
        String head =
                "%s %s HTTP/1.1\r\nHost: incus\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %s\r\n%s"
                        .formatted(method, target, body.length, fields);
        try {
            UnixHttp http = new UnixHttp(socket(), Deadline.atLeast(patience), LARGEST);
            UnixHttp.HttpAnswer answer = http.ask(head, body);
            String tag = answer.fields().getOrDefault("etag", "");
            return new Reply(answer.status(), ForeignJson.read(answer.body(), "the answer"), tag);
        } catch (ConnectException nobody) {
            throw new ConnectException(daemon.program() + " does not listen at '" + socket() + "'");
        } catch (IOException failed) {
            throw said(String.valueOf(failed.getMessage()));
        }
    }

    private IOException refused(String words) {
        return new Refused(daemon.title() + " at '" + socket() + "' refuses: " + words, words);
    }

    IOException said(@Nullable String clause) {
        return new IOException(daemon.title() + " at '" + socket() + "': " + clause);
    }

    static String encoded(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        private final String words;

        Refused(String sentence, String words) {
            super(sentence);
            this.words = words;
        }
    }

    /// An instance as Incus describes it.
    ///
    /// @param status such as `Running`
    /// @param location the member of the cluster that it is on; `none` without a cluster
    /// @param config its own settings
    /// @param expanded the same with those of its profiles
    /// @param profiles in the order in which they count
    /// @param raw all that Incus says of it
    public record IncusInstance(
            String project,
            String name,
            String status,
            String location,
            Map<String, String> config,
            Map<String, String> expanded,
            List<String> profiles,
            Map<String, @Nullable Object> raw) {
        static final String RAW_LXC = "raw.lxc";
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,63}");
        private static final Pattern PROJECT = Pattern.compile("[^/_\\s\\p{Cntrl}]{1,63}");

        /// Returns null for a virtual machine.
        static @Nullable IncusInstance of(@Nullable Object object) throws IOException {
            Map<String, @Nullable Object> fields = fields(object);
            String type = text(fields, "type");
            String name = text(fields, "name");
            String project = text(fields, "project");
            if (!NAME.matcher(name).matches() || !PROJECT.matcher(project).matches()) {
                throw new IOException("it lists an instance that cannot be called so");
            }
            if (!type.equals("container")) {
                return null;
            }
            String status = text(fields, "status");
            boolean told = !status.equals("Error") || fields.get("config") != null;
            return new IncusInstance(
                    project,
                    name,
                    status,
                    text(fields, "location"),
                    told ? settings(fields.get("config")) : Map.of(),
                    told ? settings(fields.get("expanded_config")) : Map.of(),
                    profiles(fields),
                    fields);
        }

        /// Whether its settings are known: a member of a cluster may not answer.
        boolean told() {
            return raw.get("config") != null;
        }

        static Map<String, @Nullable Object> fields(@Nullable Object object) throws IOException {
            if (!(object instanceof Map<?, ?> map)) {
                throw new IOException("its answer is not what Incus answers");
            }
            Map<String, @Nullable Object> fields = new HashMap<>();
            map.forEach((key, value) -> fields.put(String.valueOf(key), value));
            return fields;
        }

        static String text(Map<String, @Nullable Object> fields, String name) throws IOException {
            if (fields.get(name) instanceof String text) {
                return text;
            }
            throw new IOException("its answer lacks '" + name + "'");
        }

        static List<String> profiles(Map<String, @Nullable Object> fields) {
            List<String> profiles = new ArrayList<>();
            if (fields.get("profiles") instanceof List<?> all) {
                all.forEach(one -> profiles.add(String.valueOf(one)));
            }
            return List.copyOf(profiles);
        }

        /// Returns the `raw.lxc` of an object that Incus answers with; null where it has none.
        static @Nullable String lines(Map<?, ?> object) {
            return object.get("config") instanceof Map<?, ?> config
                            && config.get(RAW_LXC) instanceof String lines
                    ? lines
                    : null;
        }

        private static Map<String, String> settings(@Nullable Object object) throws IOException {
            Map<String, String> settings = new HashMap<>();
            for (Map.Entry<String, @Nullable Object> one : fields(object).entrySet()) {
                if (one.getValue() instanceof String value) {
                    settings.put(one.getKey(), value);
                }
            }
            return Map.copyOf(settings);
        }

        int interfaces() throws IOException {
            int interfaces = 0;
            for (Object device : fields(raw.get("expanded_devices")).values()) {
                interfaces += "nic".equals(fields(device).get("type")) ? 1 : 0;
            }
            return interfaces;
        }

        /// Returns its devices with those of its profiles, by name.
        public Map<String, Map<String, String>> expandedDevices() throws IOException {
            Map<String, Map<String, String>> devices = new TreeMap<>();
            for (Map.Entry<String, @Nullable Object> one :
                    fields(raw.get("expanded_devices")).entrySet()) {
                devices.put(one.getKey(), settings(one.getValue()));
            }
            return devices;
        }

        public boolean on(String key) {
            return isOn(expanded.getOrDefault(key, ""));
        }

        static boolean isOn(String value) {
            return switch (value.toLowerCase(Locale.ROOT)) {
                case "true", "1", "yes", "on" -> true;
                default -> false;
            };
        }

        /// Whether Incus deletes it as soon as it stops.
        public boolean ephemeral() {
            return Boolean.TRUE.equals(raw.get("ephemeral"));
        }

        /// Whether `raw.lxc` is set for the instance itself, so that no profile's counts.
        boolean hasOwnLines() {
            return config.containsKey(RAW_LXC);
        }

        /// Returns the file of its configuration, for an Incus in this directory.
        public IncusFile file(String directory) {
            return new IncusFile(directory, project, name);
        }
    }
}
