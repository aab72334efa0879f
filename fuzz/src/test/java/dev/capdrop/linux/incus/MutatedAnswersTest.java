package dev.capdrop.linux.incus;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.runtime.IncusDaemon;
import dev.capdrop.core.runtime.IncusFile;
import dev.capdrop.core.runtime.IncusFile.IncusProfile;
import dev.capdrop.fuzz.Answers;
import dev.capdrop.fuzz.Campaign;
import dev.capdrop.fuzz.NastyIncus;
import dev.capdrop.fuzz.NastyIncus.Asked;
import dev.capdrop.linux.incus.IncusServer.IncusInstance;
import dev.capdrop.linux.incus.UnixHttp.HttpAnswer;
import dev.capdrop.record.ForeignJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is asked of Incus, where what Incus 6.0.4 answered is changed on its way.
@Timeout(600)
final class MutatedAnswersTest {
    private static final int QUESTIONS = 8_000;
    private static final long MOST_BYTES = 64 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final String OLD = "# mine\nlxc.uts.name = web\n";
    private static final String DROP = OLD + "lxc.cap.drop = sys_rawio\n";

    @TempDir Path folder = Path.of("");
    private final Answers answers = new Answers();
    private NastyIncus incus;
    private IncusServer server;
    private int answered;
    private volatile int end;

    @BeforeEach
    void listen() throws IOException {
        incus = new NastyIncus(folder);
        int owner = (int) Files.getAttribute(folder.resolve("unix.socket"), "unix:uid");
        server = new IncusServer(IncusDaemon.INCUS, folder.toString(), PATIENCE, owner);
    }

    @AfterEach
    void close() throws IOException {
        incus.close();
    }

    private IncusFile web() {
        return new IncusFile(folder.toString(), "default", "web");
    }

    private IncusProfile base() {
        return new IncusProfile(folder.toString(), "default", "base");
    }

    /// All that capdrop asks of Incus.
    private void asked(int which) throws IOException {
        IncusCopier copier = new IncusCopier(server);
        switch (which) {
            case 0 -> {
                for (IncusInstance one : server.containers()) {
                    assertThat(one.name()).matches("[A-Za-z0-9-]{1,63}");
                }
            }
            case 1 -> assertThat(server.about()).isNotNull();
            case 2 -> assertThat(server.member()).isNotNull();
            case 3 -> assertThat(IncusConfig.read(server, web().raw())).isNotNull();
            case 4 ->
                    assertThat(IncusConfig.read(server, IncusFile.expanded(web().raw())))
                            .isNotNull();
            case 5 -> assertThat(server.snapshotWith(web(), "")).isNotNull();
            case 6 -> assertThat(server.work(web())).isNotNull();
            case 7 -> assertThat(server.act(web(), "start", SOON, false)).isNotNull();
            case 8 -> assertThat(new IncusProfiles(server).users(base())).isNotNull();
            case 9 -> assertThat(new IncusProfiles(server).saying(base(), "x")).isNotNull();
            case 10 -> {
                var _ = copier.find(web());
                copier.delete(web());
            }
            case 11 -> {
                var _ = copier.run(web(), List.of("true"), SOON);
            }
            case 12 -> {
                assertThat(copier.pool("default")).isNotNull();
                var _ = copier.usage(web(), "root");
            }
            case 13 -> {
                assertThat(server.present()).isTrue();
                IncusConfig.expansion(server, server.container(web()));
            }
            default -> new IncusStore(server).replace(web().raw(), OLD, DROP);
        }
    }

    @Test
    void eightThousandQuestionsEndWithAnAnswerOrOneSentence() throws IOException {
        for (int which = 0; which < 15; which++) {
            asked(which);
        }
        Campaign campaign = new Campaign("questions to Incus", IOException.class, MOST_BYTES);
        campaign.run(
                QUESTIONS,
                mutator -> {
                    int spared = mutator.below(3);
                    incus.answers((request, good, to) -> {
                        boolean spare = incus.count() < spared;
                        to.write(spare ? good : answers.mutated(mutator, good));
                    });
                    incus.taken();
                    return mutator.below(18);
                },
                which -> {
                    try {
                        asked(which);
                    } finally {
                        List<Asked> all = incus.taken();
                        answered += all.size();
                        requireMeant(all);
                    }
                });
        campaign.report();
        System.err.println("fuzz: these were " + answered + " answers");
        assertThat(answered).isGreaterThan(10_000);
    }

    /// What is written is the line that was meant, in the state that the last answer told of, and
    /// where that said what was expected.
    private static void requireMeant(List<Asked> all) throws IOException {
        Asked last = null;
        for (Asked one : all) {
            if (one.method().equals("PATCH")) {
                assertThat(last).isNotNull();
                assertThat(one.target()).isEqualTo("/1.0/instances/web?project=default");
                assertThat(last.target()).isEqualTo(one.target());
                Map<String, ?> written =
                        ForeignJson.read(one.body().getBytes(ISO_8859_1), "what was written");
                assertThat(written.get("config")).isEqualTo(Map.of("raw.lxc", DROP));
                assertThat(written.keySet()).isSubsetOf("config", "description");
                HttpAnswer read = HttpAnswer.parse(last.answer().getBytes(ISO_8859_1));
                assertThat(read.fields().get("etag")).isEqualTo(one.field("If-Match"));
                assertThat(new String(read.body(), ISO_8859_1))
                        .contains("\"# mine\\nlxc.uts.name = web\\n\"");
            }
            last = one;
        }
    }

    @Test
    void whoHangsUpAtAnyByteIsOneSentence() {
        byte[] whole = incus.recorded("instances");
        incus.answers((request, good, to) -> to.write(good, 0, end));
        for (int at = 0; at < whole.length - "0\r\n\r\n".length(); at++) {
            end = at;
            assertThatThrownBy(server::containers)
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "Incus at '%s/unix.socket': its answer ends in the middle"
                                    .formatted(folder));
        }
    }

    /// What there is without an end: silence, chunks, fields, answers before the answer, a
    /// document.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n|1\r\nx\r\n",
                "HTTP/1.1 200 OK\r\n|A: b\r\n",
                "|HTTP/1.1 103 Early\r\nA: b\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n{\"metadata\":|[",
                "|x",
            })
    void whatNeverEndsIsGivenUpInItsTime(String answer) throws IOException {
        byte[] first = answer.replaceAll("(?s)\\|.*", "").getBytes(ISO_8859_1);
        byte[] rest = answer.replaceAll("(?s)^.*\\|", "").repeat(1000).getBytes(ISO_8859_1);
        incus.answers((request, good, to) -> {
            to.write(first);
            while (rest.length > 0) {
                to.write(rest);
            }
            pause();
        });
        int owner = (int) Files.getAttribute(folder.resolve("unix.socket"), "unix:uid");
        IncusServer hasty = new IncusServer(IncusDaemon.INCUS, folder.toString(), SOON, owner);
        assertThatThrownBy(hasty::containers)
                .isInstanceOf(IOException.class)
                .hasMessageMatching(
                        ".*(it has not answered within 1 s.*|answers with more than.*)");
    }

    /// Longer than any test goes on; who has it wait ends with the test.
    private static void pause() throws IOException {
        try {
            Thread.sleep(Duration.ofDays(1));
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
