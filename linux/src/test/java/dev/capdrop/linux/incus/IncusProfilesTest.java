package dev.capdrop.linux.incus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.plan.SharedProfile.Use;
import dev.capdrop.core.runtime.IncusFile;
import dev.capdrop.core.runtime.IncusFile.IncusProfile;
import dev.capdrop.core.snapshot.ContainerId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Profiles of a stand-in for Incus.
final class IncusProfilesTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String DROP = "lxc.cap.drop = mknod\n";
    private static final String TOLD = "\"raw.lxc\":\"lxc.cap.drop = mknod\\n\"";

    @TempDir Path folder = Path.of("");

    /// A cluster of two members with the projects default, `shares` (which has the profiles of the
    /// default one) and `own`.
    private static final class Server implements FakeIncus.Handler {
        private final Map<String, String> profiles =
                new TreeMap<>(Map.of("default", "", "base", "", "early", "", "late", "# late\n"));
        private final Map<String, String> instances = new LinkedHashMap<>();
        private String bodies = "";
        private int state;
        private int othersChange;

        /// How many writes one of somebody else takes the place of, which was let in before it.
        private int overtaken;

        private String othersLines = "";

        void has(String name, String project, String more, String... itsProfiles) {
            instances.put(
                    project + "/" + name,
                    """
                    {"name":"%s","project":"%s","status":"Running",%s,"profiles":["%s"],
                     "expanded_config":{},"expanded_devices":{}}
                    """
                            .formatted(name, project, more, String.join("\",\"", itsProfiles)));
        }

        @Override
        public void answer(String request, String whole, OutputStream to) throws IOException {
            String target = request.split(" ", -1)[1];
            if (request.startsWith("PATCH")) {
                patch(whole, to);
            } else if (target.equals("/1.0")) {
                FakeIncus.good(
                        to,
                        "",
                        "{\"environment\":{\"server_clustered\":true,\"server_name\":\"a\"}}");
            } else if (target.startsWith("/1.0/instances?")) {
                FakeIncus.good(to, "", "[" + String.join(",", instances.values()) + "]");
            } else if (target.startsWith("/1.0/projects?")) {
                FakeIncus.good(
                        to,
                        "",
                        """
                        [{"name":"default","config":{"features.profiles":"true"}},
                         {"name":"shares","config":{"features.profiles":"false"}},
                         {"name":"own","config":{"features.profiles":"true"}}]
                        """);
            } else if (target.startsWith("/1.0/profiles?")) {
                List<String> all = profiles.keySet().stream().map(this::described).toList();
                boolean own = target.endsWith("project=own");
                FakeIncus.good(to, "", own ? "[]" : "[" + String.join(",", all) + "]");
            } else {
                one(target.replaceAll("/1.0/profiles/([^?]*).*", "$1"), to);
            }
        }

        private void one(String name, OutputStream to) throws IOException {
            if (!profiles.containsKey(name)) {
                FakeIncus.reply(to, 404, "", "{\"error\":\"Profile not found\"}");
                return;
            }
            FakeIncus.good(to, "s" + state, described(name));
            if (othersChange-- > 0) {
                state++;
                if (!othersLines.isEmpty()) {
                    profiles.put(name, othersLines);
                }
            }
        }

        private void patch(String whole, OutputStream to) throws IOException {
            if (whole.contains("If-Match: \"s" + state + "\"")) {
                bodies += whole.substring(whole.indexOf("\r\n\r\n") + 4);
                if (overtaken-- <= 0) {
                    profiles.put("base", whole.contains(TOLD) ? DROP : "");
                }
                state++;
                FakeIncus.good(to, "", "{}");
            } else {
                FakeIncus.reply(to, 412, "", "{\"error\":\"ETag doesn't match\"}");
            }
        }

        private String described(String name) {
            String lines = profiles.getOrDefault(name, "");
            return """
            {"name":"%s","description":"who \\"runs\\" it: é","config":{%s},"devices":{}}
            """
                    .formatted(
                            name,
                            lines.isEmpty()
                                    ? ""
                                    : "\"raw.lxc\":\"" + lines.replace("\n", "\\n") + '"');
        }
    }

    private static String container(String member, String config) {
        return "\"type\":\"container\",\"location\":\"" + member + "\",\"config\":{" + config + "}";
    }

    private IncusProfile base() {
        return new IncusProfile(folder.toString(), "default", "base");
    }

    private static IncusProfiles.Users users(FakeIncus incus, IncusProfile profile)
            throws IOException {
        return new IncusProfiles(incus.server(LONG)).users(profile);
    }

    @Test
    void whoUsesItIsFoundInEveryProjectThatHasItsProfiles() throws IOException {
        Server server = new Server();
        server.has("plain", "default", container("a", ""), "default", "base");
        server.has("far", "shares", container("a", ""), "base");
        server.has("same", "own", container("a", ""), "base");
        server.has("lines", "default", container("a", "\"raw.lxc\":\"# mine\""), "base");
        server.has("behind", "default", container("a", ""), "base", "late");
        server.has("over", "default", container("a", ""), "late", "base");
        server.has("away", "default", container("b", ""), "base");
        server.has("none", "default", container("a", ""), "default");
        server.has(
                "vm",
                "default",
                "\"type\":\"virtual-machine\",\"location\":\"a\",\"config\":{}",
                "base");
        try (FakeIncus incus = new FakeIncus(folder, server)) {
            IncusProfiles.Users users = users(incus, base());
            assertThat(users.here().values().stream().map(ContainerId::target).sorted())
                    .containsExactly(
                            "incus:behind",
                            "incus:lines",
                            "incus:over",
                            "incus:plain",
                            "incus:shares/far");
            assertThat(users.others())
                    .containsExactly(
                            "'incus:away' is on the member 'b' of this Incus cluster and gets it at its"
                                    + " next start there, without a forecast",
                            "'incus:vm' is a virtual machine, which does not read raw.lxc");
            Map<String, Use> uses = new TreeMap<>();
            users.here()
                    .forEach((path, id) -> {
                        Use use = users.lines().uses().get(path);
                        uses.put(id.name(), use == null ? new Use("?", "?") : use);
                    });
            assertThat(uses)
                    .containsEntry("plain", new Use("", ""))
                    .containsEntry("shares_far", new Use("", ""))
                    .containsEntry("over", new Use("", "late"))
                    .containsEntry(
                            "lines",
                            new Use(
                                    "it has a raw.lxc of its own, which takes the profile's place",
                                    ""))
                    .containsEntry(
                            "behind",
                            new Use(
                                    "its profile 'late' comes later, and has a raw.lxc that takes this"
                                            + " one's place",
                                    ""));
        }
    }

    @Test
    void aProfileThatIsNotThereIsOneSentence() throws IOException {
        try (FakeIncus incus = new FakeIncus(folder, new Server())) {
            assertMissing(incus, "default", "Incus has no profile 'x' in project 'default'");
            assertMissing(
                    incus,
                    "shares",
                    "the project 'shares' uses the profiles of project 'default': say --profile x");
            assertMissing(incus, "nowhere", "Incus has no project 'nowhere'");
        }
    }

    private void assertMissing(FakeIncus incus, String project, String sentence) {
        assertThatThrownBy(() -> users(incus, new IncusProfile(folder.toString(), project, "x")))
                .hasMessageContaining(sentence);
    }

    @Test
    void itsLinesAreReplacedInTheStateThatWasReadWithItsDescription() throws IOException {
        Server server = new Server();
        server.othersChange = 3;
        try (FakeIncus incus = new FakeIncus(folder, server)) {
            new IncusStore(incus.server(LONG)).replace(base().raw(), "", DROP);
            assertThat(server.bodies)
                    .isEqualTo(
                            "{\"description\":\"who \\\"runs\\\" it: \\u00E9\",\"config\":{\"raw.lxc\":"
                                    + "\"lxc.cap.drop = mknod\\n\"}}\n");
        }
    }

    @Test
    void linesThatSomebodyElsesWriteTookThePlaceOfAreWrittenAgain() throws IOException {
        Server server = new Server();
        server.overtaken = 2;
        try (FakeIncus incus = new FakeIncus(folder, server)) {
            IncusStore store = new IncusStore(incus.server(LONG));
            store.replace(base().raw(), "", DROP);
            assertThat(store.read(base().raw())).isEqualTo(DROP);
        }
    }

    @Test
    void linesThatAreTakenBackEachTimeAreNotSaidNeverToHaveBeenWritten() throws IOException {
        Server server = new Server();
        server.overtaken = Integer.MAX_VALUE;
        try (FakeIncus incus = new FakeIncus(folder, server)) {
            IncusStore store = new IncusStore(incus.server(LONG));
            assertThatThrownBy(() -> store.replace(base().raw(), "", DROP))
                    .hasMessage(
                            "the raw.lxc of 'base' was written, and somebody else takes it back each"
                                    + " time; look who does, and run capdrop again");
        }
    }

    @Test
    void linesThatAreChangedMeanwhileAreNotWrittenOver() throws IOException {
        Server server = new Server();
        server.othersChange = 1;
        server.othersLines = "# theirs\n";
        try (FakeIncus incus = new FakeIncus(folder, server)) {
            IncusStore store = new IncusStore(incus.server(LONG));
            assertThatThrownBy(() -> store.replace(base().raw(), "", DROP))
                    .isInstanceOf(ConfigStore.ChangedException.class);
            assertThat(server.bodies).isEmpty();
            assertThat(store.read(base().raw())).isEqualTo("# theirs\n");
        }
    }

    @Test
    void aWordMeansAProfileOrNone() {
        assertThat(IncusProfile.named("/v", "a b"))
                .isEqualTo(new IncusProfile("/v", "default", "a b"));
        assertThat(IncusProfile.named("/v", "p/x")).isEqualTo(new IncusProfile("/v", "p", "x"));
        for (String word : List.of("", "/x", "p/", "a/b/c", "..", "p/.", "a\nb", "a_b/x")) {
            assertThat(IncusProfile.named("/v", word)).as(word).isNull();
        }
        IncusProfile one = new IncusProfile("/v", "p", "x");
        assertThat(IncusProfile.of(one.raw())).isEqualTo(one);
    }

    @Test
    void noPathMeansAProfileAndAnInstance() {
        for (String directory : List.of("/v", "/v/profiles", "/v/containers")) {
            for (String project : List.of("default", "profiles", "containers")) {
                for (String name : List.of("x", "profiles", "containers", "a_b")) {
                    IncusProfile profile = new IncusProfile(directory, project, name);
                    assertThat(IncusProfile.of(profile.raw())).isEqualTo(profile);
                    assertThat(IncusFile.of(profile.raw())).as(profile.raw()).isNull();
                }
                IncusFile file = new IncusFile(directory, project, "profiles");
                assertThat(IncusFile.of(file.raw())).isEqualTo(file);
                assertThat(IncusProfile.of(file.raw())).as(file.raw()).isNull();
            }
        }
    }

    @Test
    void whatIsOnAMemberThatDoesNotAnswerIsNamed() throws IOException {
        Server server = new Server();
        server.has("here", "default", container("a", ""), "base");
        for (String one : List.of("shares/silent", "own/foreign")) {
            server.instances.put(
                    one,
                    """
                    {"name":"%s","project":"%s","type":"container","status":"Error",
                     "location":"b","config":null,"profiles":null}
                    """
                            .formatted(one.replaceAll(".*/", ""), one.replaceAll("/.*", "")));
        }
        try (FakeIncus incus = new FakeIncus(folder, server)) {
            assertThat(users(incus, base()).others())
                    .containsExactly(
                            "'incus:shares/silent' is on the member 'b' of this Incus cluster, which does"
                                    + " not answer, so that nobody knows whether it uses the profile");
        }
    }
}
