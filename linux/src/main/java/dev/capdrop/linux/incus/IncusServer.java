package dev.capdrop.linux.incus;

import static java.util.Objects.requireNonNullElse;

import dev.capdrop.core.runtime.IncusDaemon;
import dev.capdrop.core.runtime.IncusFile;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import dev.capdrop.record.ForeignJson;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The Incus, or the LXD, of this host.
///
/// Source: Incus' and LXD's `rest-api.md`.
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

    /// The one of this host: in the folder that the environment names, or in the first of the usual
    /// ones in which it has a socket.
    public IncusServer(IncusDaemon daemon) {
        this(daemon, usual(daemon), PATIENCE, 0);
    }

    private static String usual(IncusDaemon daemon) {
        String named = System.getenv(daemon.variable());
        if (named != null && named.startsWith("/")) {
            return named.replaceAll("/+$", "");
        }
        for (String directory : daemon.directories()) {
            if (Files.exists(Path.of(directory, SOCKET))) {
                return directory;
            }
        }
        return daemon.directories().getFirst();
    }

    /// Whether its socket is there, and this user may not connect.
    public boolean forbidden() {
        return Files.exists(socket()) && !Files.isWritable(socket());
    }

    /// Whether it is there to be asked: its socket is, somebody listens there, and this user may
    /// connect.
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
        } catch (Absent nobody) {
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
            throw new Absent(
                    "'" + socket + "' is not there: " + daemon.program() + " does not run");
        }
    }

    /// Returns its containers of all projects, those on other members of its cluster among them;
    /// virtual machines are left out.
    ///
    /// @throws IOException one sentence
    public List<IncusInstance> containers() throws IOException {
        return users().stream().flatMap(one -> Stream.ofNullable(one.container())).toList();
    }

    /// An instance, as far as it uses profiles.
    ///
    /// @param container the same as a container; null for a virtual machine
    record User(
            String project,
            String name,
            List<String> profiles,
            @Nullable IncusInstance container) {}

    /// Returns its instances of all projects, virtual machines among them, as users of profiles.
    List<User> users() throws IOException {
        List<User> found = new ArrayList<>();
        for (Map<String, @Nullable Object> one : listed(INSTANCES, "instances")) {
            IncusInstance instance = understood(() -> IncusInstance.of(one));
            found.add(
                    new User(
                            String.valueOf(one.get("project")),
                            String.valueOf(one.get("name")),
                            IncusInstance.profiles(one),
                            instance));
        }
        return found;
    }

    /// The objects that it lists.
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

    /// A container as Incus describes it now.
    ///
    /// @throws IOException one sentence
    public IncusInstance container(IncusFile file) throws IOException {
        try {
            return instance(file.project(), file.instance()).instance();
        } catch (NoSuchFileException gone) {
            throw said("it has no container '" + file.instance() + "' any more");
        }
    }

    /// The newest of a container's snapshots that has these lines of liblxc; empty where none has.
    ///
    /// @param lines a string of bytes
    /// @throws IOException one sentence
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

    /// Returns what Incus does with an instance at this moment, in its words; empty where it does
    /// nothing.
    ///
    /// @throws IOException one sentence
    public String work(IncusFile file) throws IOException {
        Object all =
                get("/1.0/operations?recursion=1&project=" + encoded(file.project())).metadata();
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

    /// Starts or stops a container and waits until Incus has done it.
    ///
    /// @param action `start` or `stop`
    /// @param force whether it may be killed
    /// @return why Incus has not done it, in its words; empty where it has
    /// @throws IOException one sentence when nobody can tell
    public String act(IncusFile file, String action, Duration timeout, boolean force)
            throws IOException {
        long seconds = Math.max(1, timeout.plusMillis(999).toSeconds());
        byte[] body =
                ForeignJson.write(
                        Map.of(
                                "action",
                                action,
                                "timeout",
                                new ForeignJson.Literal(Long.toString(seconds)),
                                "force",
                                force));
        Reply reply = ask("PUT", path(file.project(), file.instance(), "/state"), "", body);
        try {
            requireDone(reply, timeout);
            return "";
        } catch (Refused refused) {
            return refused.words();
        }
    }

    /// Waits until what was asked for is done.
    ///
    /// @throws Refused when Incus will not do it, or could not
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
                            ? err
                            : "";
            throw refused(
                    why.isEmpty()
                            ? "it has not ended within " + timeout.plus(GRACE).toSeconds() + " s"
                            : why);
        }
    }

    /// Waits for the end of an operation.
    ///
    /// @return the operation when it had ended, or when the time was over
    /// @throws Refused when Incus will not do what was asked for
    Reply awaited(Reply asked, Duration timeout) throws IOException {
        Object operation = asked.fields().get("operation");
        if (asked.status() != ACCEPTED
                || !(operation instanceof String name)
                || !OPERATION.matcher(name).matches()) {
            throw refused(refusal(asked));
        }
        Reply done =
                ask(
                        "GET",
                        name + "/wait?timeout=" + timeout.toSeconds(),
                        "",
                        new byte[0],
                        timeout.plus(GRACE));
        if (done.status() != OK || !(done.metadata() instanceof Map<?, ?>)) {
            throw refused(refusal(done));
        }
        return done;
    }

    Map<String, @Nullable Object> object(String target) throws IOException {
        Reply reply = get(target);
        return understood(() -> IncusInstance.fields(reply.metadata()));
    }

    /// An instance, and what tells this state of it from another.
    record Versioned(IncusInstance instance, String tag) {}

    static String path(String project, String profile) {
        return "/1.0/profiles/" + encoded(profile) + "?project=" + encoded(project);
    }

    /// The daemon's words about itself.
    ///
    /// @param version its version; `unknown` where it does not say
    /// @param trusted whether it does what this process asks for
    public record About(String version, boolean trusted) {}

    private Map<String, @Nullable Object> server() throws IOException {
        try {
            return object("/1.0");
        } catch (NoSuchFileException none) {
            throw said("it has no '" + none.getMessage() + "'");
        }
    }

    /// Asks what it says of itself.
    ///
    /// @throws IOException one sentence
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

    /// Returns Incus' name for the member of its cluster that this host is; `none` where it is in
    /// none.
    ///
    /// @throws IOException one sentence
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

    /// Returns what a profile gives to each setting.
    @Nullable String profileLines(String project, String profile) throws IOException {
        Object found = get(path(project, profile)).metadata();
        return found instanceof Map<?, ?> fields ? IncusInstance.lines(fields) : null;
    }

    /// An answer of Incus.
    ///
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

    /// Asks, whatever the answer is.
    ///
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
            HttpAnswer answer =
                    new UnixHttp(socket(), Deadline.atLeast(patience), LARGEST).ask(head, body);
            return new Reply(
                    answer.status(),
                    ForeignJson.read(answer.body(), "the answer"),
                    answer.fields().getOrDefault("etag", ""));
        } catch (ConnectException nobody) {
            throw new Absent(daemon.program() + " does not listen at '" + socket() + "'");
        } catch (IOException failed) {
            throw said(String.valueOf(failed.getMessage()));
        }
    }

    private Refused refused(String words) {
        return new Refused(daemon.title() + " at '" + socket() + "' refuses: " + words, words);
    }

    Failed said(@Nullable String clause) {
        return new Failed(daemon.title() + " at '" + socket() + "': " + clause);
    }

    static String encoded(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// Thrown where it answers, and not as it should, or does not.
    static class Failed extends IOException {
        private static final long serialVersionUID = 1L;

        Failed(String sentence) {
            super(sentence);
        }
    }

    static final class Refused extends Failed {
        private static final long serialVersionUID = 1L;

        private final String words;

        Refused(String sentence, String words) {
            super(sentence);
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    static final class Absent extends Failed {
        private static final long serialVersionUID = 1L;

        Absent(String sentence) {
            super(sentence);
        }
    }
}
