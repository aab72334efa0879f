package dev.capdrop.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.fuzz.Answers;
import dev.capdrop.fuzz.Campaign;
import dev.capdrop.fuzz.NastyIncus;
import dev.capdrop.fuzz.NastyIncus.Asked;
import dev.capdrop.linux.machine.SurveyReader;
import dev.capdrop.record.ForeignJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The commands on a host whose Incus answers anything. The environment says where its socket is;
/// it has to be root's.
@Timeout(600)
final class HostileIncusTest {
    private static final int COMMANDS = 800;
    private static final long MOST_BYTES = 256 << 20;
    private static final String OLD = "# mine\nlxc.uts.name = web\n";
    private static final String OF_PROFILE = "lxc.cap.drop = mknod";
    private static final String LINE = "lxc.cap.drop = sys_rawio\n";
    private static final List<String> WHAT =
            List.of("--goal", "none", "--drop", "sys_rawio", "--yes", "--no-restart");

    @TempDir Path folder = Path.of("");

    private final Answers answers = new Answers();
    private NastyIncus incus;

    /// The raw.lxc of the container, as Incus has it.
    private volatile String lines = OLD;

    /// Likewise of the profile.
    private volatile String profile = OF_PROFILE;

    private final AtomicInteger state = new AtomicInteger();
    private int answered;
    private int written;

    @BeforeEach
    void listen() throws IOException {
        assumeTrue(SurveyReader.root(), "only root's socket is believed");
        Path directory = Path.of(System.getenv("INCUS_DIR"));
        incus = new NastyIncus(directory);
        Files.createDirectories(folder.resolve("lxc"));
        Path root = directory.resolve("containers/web/rootfs");
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/os-release"), "ID=debian\nVERSION_ID=13\n");
    }

    @AfterEach
    void close() throws IOException {
        if (incus != null) {
            incus.close();
        }
    }

    private CommandRun run(List<String> words) {
        List<String> line = new ArrayList<>(words);
        line.addAll(
                List.of(
                        "--state-dir",
                        folder.resolve("state").toString(),
                        "--lxc-path",
                        folder.resolve("lxc").toString()));
        return CommandRun.of(line.toArray(String[]::new));
    }

    private static List<String> joined(List<String> one, List<String> other) {
        List<String> both = new ArrayList<>(one);
        both.addAll(other);
        return both;
    }

    private static final List<List<String>> COMMAND_LINES =
            List.of(
                    List.of("check"),
                    List.of("check", "incus:web", "--json"),
                    List.of("plan", "incus:web", "--goal", "none", "--drop", "sys_rawio"),
                    joined(List.of("apply", "incus:web"), WHAT),
                    joined(List.of("apply", "incus:web"), WHAT),
                    List.of("plan", "--profile", "base", "--goal", "none", "--drop", "sys_rawio"),
                    joined(List.of("apply", "--profile", "base"), WHAT),
                    List.of("undo", "--profile", "base", "--yes", "--no-restart"),
                    List.of("undo", "incus:web", "--yes", "--no-restart"),
                    List.of("undo", "incus:web", "--yes", "--no-restart"),
                    List.of("status"),
                    List.of("status", "incus:web"),
                    List.of("doctor"),
                    List.of("ps"),
                    List.of("snapshot", "incus:web"));

    /// What Incus answers that keeps what it is told.
    private byte[] good(Asked request, byte[] recorded) throws IOException {
        if (request.method().equals("PATCH")) {
            if (!request.field("If-Match").equals("\"s" + state + "\"")) {
                return NastyIncus.answer(412, "", "{\"error\":\"ETag doesn't match\"}");
            }
            if (request.target().startsWith("/1.0/profiles/")) {
                profile = told(request.body());
            } else {
                lines = told(request.body());
            }
            state.incrementAndGet();
        }
        String document =
                Answers.document(new String(recorded, ISO_8859_1))
                        .replace(json(OLD), json(lines))
                        .replace(json(OF_PROFILE), json(profile))
                        .replace("\"Running\"", "\"Stopped\"");
        boolean missing = document.contains("\"error_code\":404");
        return NastyIncus.answer(missing ? 404 : 200, "s" + state, document);
    }

    private static String json(String text) {
        return new String(ForeignJson.write(Map.of("x", text)), UTF_8)
                .replaceAll("^\\{\"x\":|\\}\\s*$", "");
    }

    /// The raw.lxc in a document; empty where it has none.
    private static String told(String document) throws IOException {
        Object all = ForeignJson.read(document.getBytes(ISO_8859_1), "it");
        Object metadata = ((Map<?, ?>) all).get("metadata");
        Map<?, ?> instance = metadata instanceof Map<?, ?> map ? map : (Map<?, ?>) all;
        return instance.get("config") instanceof Map<?, ?> config
                        && config.get("raw.lxc") instanceof String own
                ? own
                : "";
    }

    @Test
    void eightHundredCommandsEndClearlyAndWriteNothingButWhatWasMeant() throws IOException {
        incus.answers((request, recorded, to) -> to.write(good(request, recorded)));
        for (List<String> line : COMMAND_LINES) {
            run(line).requireClear();
        }
        assertThat(lines).isEqualTo(OLD);
        assertThat(profile).isEqualTo(OF_PROFILE);
        assertThat(state).hasValue(4);
        Campaign campaign = new Campaign("commands with Incus", NoException.class, MOST_BYTES);
        campaign.run(
                COMMANDS,
                mutator -> {
                    int spared = mutator.below(12);
                    incus.taken();
                    incus.answers((request, recorded, to) -> {
                        byte[] good = good(request, recorded);
                        boolean spare = incus.count() < spared;
                        to.write(spare ? good : answers.mutated(mutator, good));
                    });
                    return mutator.oneOf(COMMAND_LINES);
                },
                line -> {
                    run(line).requireClear();
                    requireMeant(incus.taken());
                });
        campaign.report();
        System.err.printf(
                "fuzz: these were %d answers, %d of them to a write%n", answered, written);
        assertThat(answered).isGreaterThan(2_000);
    }

    /// Whoever writes has been told what he writes to: the line is added there, or taken from
    /// there.
    private void requireMeant(List<Asked> all) throws IOException {
        Asked last = null;
        answered += all.size();
        for (Asked one : all) {
            if (!one.method().equals("GET")) {
                written++;
                assertThat(one.method()).isEqualTo("PATCH");
                assertThat(one.target())
                        .isIn(
                                "/1.0/instances/web?project=default",
                                "/1.0/profiles/base?project=default");
                assertThat(last == null ? "" : last.target()).isEqualTo(one.target());
                String before = told(Answers.document(last == null ? "" : last.answer()));
                String after = told(one.body());
                assertThat(after).as("instead of %s", before).isIn(changes(before));
            }
            last = one;
        }
    }

    /// What the line that is there becomes, or a line behind all others.
    private static List<String> changes(String before) {
        return List.of(
                before + LINE,
                before + "\n" + LINE,
                before.replace(LINE, ""),
                before.replace("drop = mknod", "drop = mknod sys_rawio"),
                before.replace("drop = mknod sys_rawio", "drop = mknod"),
                before.replace(OF_PROFILE, OF_PROFILE + "\n" + LINE.strip()),
                before.replace("\n" + LINE.strip(), ""));
    }

    /// One byte a second, which is always something: all of it takes longer than this test may.
    @Test
    void whoAnswersByteByByteIsNotWaitedForBeyondTheTime() {
        incus.answers((request, recorded, to) -> {
            for (byte one : recorded) {
                to.write(one);
                to.flush();
                pause();
            }
        });
        CommandRun run = run(List.of("check", "incus:web")).requireClear();
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("it has not answered within 10 s");
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(1000);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void tenThousandInstancesAreCounted() {
        StringBuilder all = new StringBuilder("{\"metadata\":[");
        String document = Answers.document(new String(incus.recorded("web"), ISO_8859_1));
        String one = document.replaceAll("(?s)^.*?\"metadata\":|\\}\\s*$", "");
        for (int i = 0; i < 10_000; i++) {
            all.append(i == 0 ? "" : ",")
                    .append(one.replace("\"name\":\"web\"", "\"name\":\"n" + i + "\""));
        }
        byte[] listed = NastyIncus.answer(200, "s", all.append("]}").toString());
        incus.answers((request, recorded, to) ->
                to.write(request.target().startsWith("/1.0/instances?") ? listed : recorded));
        CommandRun run = run(List.of("doctor")).requireClear();
        assertThat(run.out()).contains("10000");
    }

    /// None is documented.
    private static final class NoException extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
