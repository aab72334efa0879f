package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.runtime.IncusFile;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.incus.FakeIncus;
import dev.capdrop.linux.runtime.HostRuntime.Original;
import dev.capdrop.record.ForeignJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Throw-away copies by a stand-in for Incus; nothing is booted.
final class IncusCopiesTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String OPERATION = "/1.0/operations/1d26063b-27e4-4535-b172-0b8c6996a814";
    private static final CapabilitySet MKNOD = CapabilitySet.of("mknod");

    @TempDir Path folder = Path.of("");

    private final Incus incus = new Incus();

    /// As far as copies need it, with the manners of the real one: what the original itself has
    /// comes with a copy, and an instance is there before its disk has been copied.
    private static final class Incus implements FakeIncus.Handler {
        private final Map<String, Map<String, String>> configs = new TreeMap<>();
        private final Map<String, Map<String, Object>> devices = new TreeMap<>();
        private final List<String> bodies = new ArrayList<>();
        private String failure = "";
        private String givenMeanwhile = "";
        private String driver = "btrfs";
        private String poolConfig = "";
        private int busy;
        private long free = 100L << 30;

        @Override
        public void answer(String request, String whole, OutputStream to) throws IOException {
            String path = request.split(" ", -1)[1].replaceAll("\\?.*", "");
            String name = path.replaceFirst("^/1.0/instances/?", "").replaceAll("/.*", "");
            String body = whole.substring(whole.indexOf("\r\n\r\n") + 4);
            if (path.startsWith("/1.0/storage-pools")) {
                FakeIncus.good(
                        to,
                        "",
                        path.endsWith("resources")
                                ? "{\"space\":{\"total\":%d,\"used\":0}}".formatted(free)
                                : "{\"driver\":\"%s\",\"config\":{%s}}"
                                        .formatted(driver, poolConfig));
            } else if (path.startsWith(OPERATION)) {
                FakeIncus.good(
                        to,
                        "",
                        failure.isEmpty()
                                ? "{\"status_code\":200}"
                                : "{\"status_code\":400,\"err\":\"" + failure + "\"}");
            } else if (path.equals("/1.0/operations")) {
                FakeIncus.good(to, "", "{}");
            } else if (path.equals("/1.0")) {
                FakeIncus.good(to, "", "{\"environment\":{\"server_clustered\":false}}");
            } else if (request.startsWith("POST")) {
                bodies.add(body);
                copy(ForeignJson.read(body.getBytes(StandardCharsets.UTF_8), "a copy"));
                accepted(to);
            } else if (!configs.containsKey(name)) {
                FakeIncus.reply(to, 404, "", "{\"error\":\"Instance not found\"}");
            } else if (request.startsWith("DELETE")) {
                if (busy-- > 0) {
                    FakeIncus.reply(to, 400, "", "{\"error\":\"Instance is busy\"}");
                } else {
                    configs.remove(name);
                    accepted(to);
                }
            } else {
                FakeIncus.good(to, "t", shown(name));
            }
        }

        private static void accepted(OutputStream to) throws IOException {
            FakeIncus.reply(to, 202, "", "{\"operation\":\"" + OPERATION + "\"}");
        }

        private static Map<String, String> texts(@Nullable Object object) {
            Map<String, String> texts = new TreeMap<>();
            if (object instanceof Map<?, ?> map) {
                map.forEach((key, value) -> texts.put(String.valueOf(key), String.valueOf(value)));
            }
            return texts;
        }

        private void copy(Map<String, @Nullable Object> asked) {
            String from =
                    asked.get("source") instanceof Map<?, ?> source
                            ? String.valueOf(source.get("source"))
                            : "";
            Map<String, String> config = new TreeMap<>(configs.getOrDefault(from, Map.of()));
            if (!givenMeanwhile.isEmpty()) {
                config.put(givenMeanwhile, "1");
            }
            config.putAll(texts(asked.get("config")));
            config.values().removeIf(String::isEmpty);
            String name = String.valueOf(asked.get("name"));
            configs.put(name, config);
            Map<String, Object> made = new TreeMap<>();
            if (asked.get("devices") instanceof Map<?, ?> map) {
                map.forEach((key, value) -> made.put(String.valueOf(key), texts(value)));
            }
            devices.put(name, made);
        }

        private String shown(String name) {
            Map<String, String> config = configs.getOrDefault(name, Map.of());
            Map<String, Object> own = devices.getOrDefault(name, Map.of());
            return new String(
                    ForeignJson.write(
                            Map.of(
                                    "name",
                                    name,
                                    "project",
                                    "default",
                                    "type",
                                    "container",
                                    "status",
                                    "Stopped",
                                    "location",
                                    "none",
                                    "profiles",
                                    List.of(),
                                    "config",
                                    config,
                                    "expanded_config",
                                    config,
                                    "devices",
                                    own,
                                    "expanded_devices",
                                    own)),
                    StandardCharsets.UTF_8);
        }
    }

    @BeforeEach
    void make() throws IOException {
        assumeTrue(Files.getAttribute(folder, "unix:uid").equals(0), "only root has a trial");
        incus.configs.put("web", new TreeMap<>(Map.of("raw.lxc", "# mine", "user.a", "b")));
        incus.devices.put(
                "web",
                new TreeMap<>(
                        Map.of(
                                "root",
                                Map.of("type", "disk", "path", "/", "pool", "p"),
                                "eth0",
                                Map.of("type", "nic", "network", "br"))));
    }

    private Copies copies(FakeIncus server, boolean keep) throws IOException {
        IncusFile file = new IncusFile(folder.toString(), "default", "web");
        return IncusCopies.of(
                new Original(
                        ContainerId.incus(file),
                        new ConfigurationText(file.raw(), Map.of(), Map.of(), 0, Map.of()),
                        40,
                        folder.resolve("state"),
                        false,
                        keep,
                        ""),
                new IncusCopies.Incus(
                        server.server(LONG), new LxcCopiesTest.NothingRuns(), ContainerId::incus));
    }

    private FakeIncus serving() throws IOException {
        Files.deleteIfExists(folder.resolve("unix.socket"));
        return new FakeIncus(folder, incus);
    }

    private List<String> trials() {
        return incus.configs.keySet().stream().filter(one -> !one.equals("web")).toList();
    }

    @Test
    void theFirstCopyIsOfTheOriginalAndAllOthersOfThat() throws IOException {
        try (FakeIncus server = serving()) {
            Copies copies = copies(server, false);
            ContainerId unchanged = copies.make(CapabilitySet.EMPTY);
            ContainerId dropping = copies.make(MKNOD);
            assertThat(trials()).hasSize(3).contains(unchanged.name(), dropping.name());
            assertThat(incus.bodies).hasSize(3);
            assertThat(incus.bodies.getFirst()).contains("\"source\":\"web\"");
            assertThat(incus.bodies.get(2)).doesNotContain("\"source\":\"web\"");
            assertThat(incus.configs.get(unchanged.name())).containsEntry("raw.lxc", "# mine");
            assertThat(incus.configs.get(dropping.name()))
                    .containsEntry("raw.lxc", "# mine\nlxc.cap.drop = mknod")
                    .containsKey("user.capdrop.trial");
            assertThat(incus.devices.get(dropping.name()))
                    .containsEntry("eth0", Map.of("type", "none"));
            copies.remove(dropping);
            assertThat(incus.configs).doesNotContainKey(dropping.name());
            copies.close();
            assertThat(trials()).isEmpty();
            assertThat(records()).isEmpty();
        }
    }

    private List<String> records() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("state/trials"), 2)) {
            return all.map(one -> one.getFileName().toString())
                    .filter(one -> one.startsWith("incus."))
                    .toList();
        }
    }

    /// As it is of one that is stopped, on logical volumes that are no thin ones.
    @Test
    void aRootThatIsNotMountedIsNotMeasured() throws IOException {
        try (FakeIncus server = serving()) {
            incus.driver = "lvm";
            incus.poolConfig = "\"lvm.use_thinpool\":\"false\"";
            assertThatThrownBy(() -> copies(server, false))
                    .hasMessage(
                            "how much room a copy of 'web' takes cannot be told: its root directory is mounted only while it runs, so start it first");
            assertThat(incus.bodies).isEmpty();
        }
    }

    /// Incus leaves the instance there when its disk could not be copied.
    @Test
    void aCopyThatFailsHalfWayIsRemoved() throws IOException {
        try (FakeIncus server = serving()) {
            Copies copies = copies(server, false);
            incus.failure = "No space left on device";
            assertThatThrownBy(() -> copies.make(MKNOD))
                    .hasMessageContaining("No space left on device");
            assertThat(trials()).hasSize(1);
            incus.failure = "";
            incus.busy = 2;
            copies.close();
            assertThat(trials()).isEmpty();
        }
    }

    @Test
    void whatSomebodyGivesTheOriginalMeanwhileIsNotInACopyThatStarts() throws IOException {
        try (FakeIncus server = serving()) {
            Copies copies = copies(server, false);
            incus.givenMeanwhile = "linux.kernel_modules";
            assertThatThrownBy(() -> copies.make(CapabilitySet.EMPTY))
                    .hasMessageContaining(
                            "not as it was meant (its setting 'linux.kernel_modules'");
            copies.close();
            assertThat(trials()).isEmpty();
        }
    }

    /// Only what is recorded and says itself that it belongs to the record.
    @Test
    void whatAKilledRunLeftIsRemovedByTheNext() throws IOException {
        try (FakeIncus server = serving()) {
            copies(server, false).close();
            Path trial;
            try (Stream<Path> all = Files.list(folder.resolve("state/trials"))) {
                trial = all.findFirst().orElseThrow();
            }
            String left = "capdrop-trial-00000000000a";
            String anothers = "capdrop-trial-00000000000b";
            String gone = "capdrop-trial-00000000000c";
            for (String name : List.of(left, anothers, gone)) {
                Files.createDirectory(trial.resolve("incus.default." + name));
            }
            String record = trial.resolve("incus.default." + left).toString();
            incus.configs.put(left, Map.of("user.capdrop.trial", record));
            incus.configs.put(anothers, Map.of("user.capdrop.trial", "of another"));
            incus.busy = 1;
            Copies next = copies(server, false);
            assertThat(next.complaints()).isEmpty();
            assertThat(trials()).containsExactly(anothers);
            assertThat(records()).isEmpty();
            next.close();
        }
    }

    @Test
    void whatEndsMakesNothingMore() throws IOException {
        try (FakeIncus server = serving()) {
            Copies copies = copies(server, false);
            copies.make(CapabilitySet.EMPTY);
            copies.endAll();
            ContainerId none = copies.make(MKNOD);
            assertThat(incus.bodies).hasSize(2);
            assertThatThrownBy(() -> copies.start(none, LONG))
                    .hasMessageStartingWith("the trial has ended");
            copies.remove(none);
            copies.close();
            assertThat(trials()).isEmpty();
        }
    }

    @Test
    void aPoolThatIsFullAndCopiesThatStayAreRefused() throws IOException {
        try (FakeIncus server = serving()) {
            incus.free = 255L << 20;
            assertThatThrownBy(() -> copies(server, false))
                    .hasMessage(
                            "'p' has 255 MiB left, and what copies write needs 256; it is the pool of Incus");
            assertThatThrownBy(() -> copies(server, true)).hasMessageStartingWith("--keep-copies:");
        }
    }
}
