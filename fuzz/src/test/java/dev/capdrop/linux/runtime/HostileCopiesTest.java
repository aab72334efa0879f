package dev.capdrop.linux.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.runtime.IncusDaemon;
import dev.capdrop.core.runtime.IncusFile;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.fuzz.Answers;
import dev.capdrop.fuzz.Campaign;
import dev.capdrop.fuzz.NastyIncus;
import dev.capdrop.fuzz.NastyIncus.Asked;
import dev.capdrop.linux.incus.IncusServer;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.runtime.HostRuntime.Original;
import dev.capdrop.linux.runtime.HostRuntime.Original.LeftCopy;
import dev.capdrop.linux.store.TrialFolder;
import dev.capdrop.record.ForeignJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A trial's copies where Incus makes and deletes them as it is told, and some of its answers are
/// hostile.
@Timeout(600)
final class HostileCopiesTest {
    private static final int TRIALS = 60;
    private static final long MOST_BYTES = 64 << 20;
    private static final String COPY = "capdrop-trial-[0-9a-f]{12}";

    /// A line that no copy is made with, and what stands in its place.
    private static final String REFUSED = "lxc.uts.name = web";

    private static final String LINE = "#xc.uts.name = web";
    private static final CapabilitySet DROPPED = CapabilitySet.of("sys_rawio");

    @TempDir Path folder = Path.of("");

    private final Answers answers = new Answers();

    /// What was posted for each copy that Incus has.
    private final Map<String, Map<?, ?>> made = new ConcurrentHashMap<>();

    private NastyIncus incus;
    private IncusRuntime runtime;
    private int begun;
    private int stayed;

    @BeforeEach
    void listen() throws IOException {
        incus = new NastyIncus(folder);
        int owner = (int) Files.getAttribute(folder.resolve("unix.socket"), "unix:uid");
        runtime =
                new IncusRuntime(
                        new IncusServer(
                                IncusDaemon.INCUS,
                                folder.toString(),
                                Duration.ofSeconds(20),
                                owner),
                        new RunningContainers());
        // a pool of this kind does not tell how much room a copy takes
        Files.createDirectories(folder.resolve("containers/web/rootfs"));
    }

    @AfterEach
    void close() throws IOException {
        incus.close();
    }

    /// What Incus answers that does what it is told.
    private byte[] good(Asked request, byte[] recorded) throws IOException {
        String name = name(request.target());
        if (request.method().equals("POST") && name.isEmpty()) {
            Map<?, ?> told = ForeignJson.read(request.body().getBytes(ISO_8859_1), "it");
            made.put(String.valueOf(told.get("name")), told);
        } else if (request.method().equals("DELETE")) {
            made.remove(name);
        }
        Map<?, ?> body = made.get(name);
        if (request.method().equals("GET") && body != null) {
            return NastyIncus.answer(200, "s", described(name, body));
        }
        return new String(recorded, ISO_8859_1).replace(REFUSED, LINE).getBytes(ISO_8859_1);
    }

    private static String name(String target) {
        return target.replaceAll("^/1[.]0/instances/?|[?].*$", "");
    }

    private static String described(String name, Map<?, ?> body) {
        Map<String, @Nullable Object> all = new TreeMap<>();
        all.putAll(
                Map.of(
                        "name", name,
                        "type", "container",
                        "project", "default",
                        "status", "Stopped",
                        "location", "none",
                        "profiles", List.of()));
        for (String of : List.of("config", "devices")) {
            all.put(of, body.get(of));
            all.put("expanded_" + of, body.get(of));
        }
        return new String(ForeignJson.write(Map.of("metadata", all)), UTF_8);
    }

    private IncusFile file() {
        return new IncusFile(folder.toString(), "default", "web");
    }

    private void trial(Path state) throws IOException {
        String raw = file().raw();
        ContainerId id =
                new ContainerId(RuntimeKind.INCUS, file().lxcName(), file().lxcPath(), raw);
        ConfigurationText text =
                new ConfigurationText(
                        raw, Map.of(raw, "# mine\n" + LINE + "\n"), Map.of(), 0, Map.of());
        try (Copies copies = runtime.copies(new Original(id, text, 40, state, false, false, ""))) {
            ContainerId first = copies.make(CapabilitySet.EMPTY);
            ContainerId second = copies.make(DROPPED);
            var _ = copies.run(second, "true", Duration.ofSeconds(1));
            begun++;
            copies.remove(second);
            assertThat(first).isNotEqualTo(second);
        }
    }

    /// Only copies are made and deleted, and the container is not written to.
    private static void requireMeant(List<Asked> all) throws IOException {
        for (Asked one : all) {
            String name = name(one.target());
            if (one.method().equals("POST") && name.isEmpty()) {
                Map<?, ?> body = ForeignJson.read(one.body().getBytes(ISO_8859_1), "it");
                assertThat(String.valueOf(body.get("name"))).matches(COPY);
            } else if (!one.method().equals("GET")) {
                assertThat(name).as(one.method()).matches(COPY + "(/exec)?");
            }
        }
    }

    /// What the next command does about what a trial has left.
    private void nextCommand(Path state) throws IOException {
        incus.answers((request, recorded, to) -> to.write(good(request, recorded)));
        TrialFolder.eachAbandoned(
                state,
                left ->
                        assertThat(runtime.removeCopies(left))
                                .extracting(LeftCopy::why)
                                .containsOnly(""));
    }

    @Test
    void onlyCopiesAreWrittenToAndTheNextCommandRemovesWhatStays() throws IOException {
        incus.answers((request, recorded, to) -> to.write(good(request, recorded)));
        trial(folder.resolve("state"));
        assertThat(begun).isEqualTo(1);
        assertThat(made).isEmpty();
        int usual = incus.taken().size();

        Campaign campaign = new Campaign("trials with Incus", IOException.class, MOST_BYTES);
        campaign.run(
                TRIALS,
                mutator -> {
                    made.clear();
                    int from = mutator.below(usual);
                    int upTo = from + 1 + mutator.below(3);
                    incus.answers((request, recorded, to) -> {
                        int number = incus.count();
                        byte[] good = good(request, recorded);
                        boolean spare = number < from || number >= upTo;
                        to.write(spare ? good : answers.mutated(mutator, good));
                    });
                    return folder.resolve("state");
                },
                state -> {
                    try {
                        trial(state);
                    } finally {
                        requireMeant(incus.taken());
                        nextCommand(state);
                        incus.taken();
                        stayed += made.size();
                    }
                });
        campaign.report();
        assertThat(begun).isGreaterThan(TRIALS / 4);
        assertThat(stayed).as("copies that Incus denied").isLessThan(begun / 4);
    }
}
