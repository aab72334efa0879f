package dev.capdrop.linux.incus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.runtime.IncusDaemon;
import dev.capdrop.linux.incus.IncusServer.IncusInstance;
import dev.capdrop.record.ForeignJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IncusServerTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String WEB =
            """
            {"name":"web","project":"default","type":"container","status":"Running",
             "location":"none","profiles":["default","more"],"devices":{},
             "config":{},"expanded_config":{"raw.lxc":"lxc.cap.drop = mknod\\n# é \\"\\\\\\n",
               "volatile.idmap.next":
                 "[{\\"Isuid\\":true,\\"Isgid\\":true,\\"Hostid\\":1000000,\\"Nsid\\":0,\\"Maprange\\":65536}]"},
             "expanded_devices":{"root":{"type":"disk"},"eth0":{"type":"nic"}}}
            """;

    @TempDir Path folder = Path.of("");

    private FakeIncus saying(String all) throws IOException {
        return new FakeIncus(folder, (_, _, to) -> to.write(all.getBytes(StandardCharsets.UTF_8)));
    }

    private static void written(OutputStream to, String text) throws IOException {
        to.write(text.getBytes(StandardCharsets.UTF_8));
        to.flush();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | its answer ends in the middle",
                "HTTP/1.1 200 O | its answer ends in the middle",
                "SSH-2.0-x~ | what answers does not speak HTTP",
                "HTTP/1.1 200 OK~no field~~ | what answers does not speak HTTP",
                "HTTP/1.1 200 OK~A: b~~ | its answer ends in the middle",
                "HTTP/1.1 200 OK~Content-Length: 9~~{} | its answer ends in the middle",
                "HTTP/1.1 200 OK~Content-Length: -1~~{} | what answers does not speak HTTP",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~5~{} | its answer ends in the middle",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~2~{}~ | its answer ends in the middle",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~xx~ | what answers does not speak HTTP",
                "HTTP/1.1 200 OK~Content-Length: 2~~{} | it does not list its instances",
                "HTTP/1.1 200 OK~Content-Length: 2~~[] | 'the answer' does not hold a JSON object (line 1, column 1)",
                "HTTP/1.1 200 OK~Content-Length: 2~~{x | 'the answer' is not valid JSON (line 1, column 2)",
                "HTTP/1.1 500 No~Content-Length: 14~~{\"error\":\"no\"}  | it refuses: no",
                "HTTP/1.1 503 No~Content-Length: 2~~{} | it refuses: status 503",
                "HTTP/1.1 200 OK~Content-Length: 17~~{\"metadata\":[{}]} | its answer lacks 'type'",
                "HTTP/1.1 200 OK~Content-Length: 16~~{\"metadata\":[7]} | its answer is not what Incus answers",
            })
    void whatIsNoAnswerIsOneSentence(String answer, String clause) throws IOException {
        try (FakeIncus incus = saying(answer.replace("~", "\r\n"))) {
            assertThatThrownBy(() -> incus.server(LONG).containers())
                    .hasMessage("Incus at '" + folder + "/unix.socket': " + clause);
        }
    }

    @Test
    void anAnswerWithMoreFieldsThanAnybodyWritesIsNone() throws IOException {
        StringBuilder all = new StringBuilder("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n");
        for (int i = 0; i < 1000; i++) {
            all.append("X-").append(i).append(": y\r\n");
        }
        try (FakeIncus incus = saying(all + "\r\n{}")) {
            assertThatThrownBy(() -> incus.server(LONG).containers())
                    .hasMessageEndingWith("what answers does not speak HTTP");
        }
    }

    @Test
    void anAnswerThatComesInDripsIsNotWaitedForBeyondItsTime() throws IOException {
        FakeIncus.Handler drips =
                (_, _, to) -> {
                    written(to, "HTTP/1.1 200 OK\r\n");
                    while (true) {
                        written(to, "A: b\r\n");
                        try {
                            Thread.sleep(20);
                        } catch (InterruptedException ended) {
                            throw new IOException(ended);
                        }
                    }
                };
        try (FakeIncus incus = new FakeIncus(folder, drips)) {
            assertThatThrownBy(() -> incus.server(Duration.ofMillis(300)).containers())
                    .hasMessageContaining("it has not answered within 0.3 s");
        }
    }

    @Test
    void anAnswerWithoutAnEndIsCut() throws IOException {
        byte[] piece = new byte[1 << 20];
        FakeIncus.Handler endless =
                (_, _, to) -> {
                    while (true) {
                        to.write(piece);
                    }
                };
        try (FakeIncus incus = new FakeIncus(folder, endless)) {
            assertThatThrownBy(() -> incus.server(LONG).containers())
                    .hasMessageEndingWith("it answers with more than 65536 KiB");
        }
    }

    /// As incusd does where an ETag is no longer right: the kernel then says ECONNRESET behind the
    /// answer, or EPIPE to who still writes.
    @Test
    void anAnswerThatComesBeforeTheWholeRequestWasReadIsTaken() throws IOException {
        FakeIncus.Handler refusing =
                (_, _, to) -> FakeIncus.reply(to, 412, "", "{\"error\":\"no match\"}");
        try (FakeIncus incus = new FakeIncus(folder, refusing)) {
            incus.hastily();
            for (int size : new int[] {10, 1 << 20}) {
                assertThat(incus.server(LONG).ask("PUT", "/1.0/x", "", new byte[size]).status())
                        .isEqualTo(412);
            }
        }
    }

    @Test
    void nobodyAtTheSocketIsNoIncus() throws IOException {
        IncusServer server;
        try (FakeIncus incus = saying("")) {
            server = incus.server(LONG);
        }
        assertThat(server.present()).isFalse();
        assertThatThrownBy(server::containers)
                .hasMessage("incusd does not listen at '" + folder + "/unix.socket'");
        Files.delete(folder.resolve("unix.socket"));
        assertThat(server.present()).isFalse();
        assertThatThrownBy(server::containers)
                .hasMessage("'" + folder + "/unix.socket' is not there: incusd does not run");
    }

    @Test
    void aSocketOfAnotherUserIsNotBelieved() throws IOException {
        try (FakeIncus incus = saying("")) {
            int owner = (int) Files.getAttribute(folder.resolve("unix.socket"), "unix:uid");
            IncusServer server =
                    new IncusServer(IncusDaemon.INCUS, folder.toString(), LONG, owner + 1);
            assertThatThrownBy(server::present)
                    .hasMessageContaining("is not root's, so it is not Incus who answers");
            assertThat(incus.asked()).isEmpty();
        }
    }

    @Test
    void itsContainersAreListedAndItsMachinesAreNot() throws IOException {
        String machine = WEB.replace("\"web\"", "\"vm\"").replace("container", "virtual-machine");
        String other = WEB.replace("\"default\",\"type", "\"proj\",\"type");
        String all = "[" + machine + "," + WEB + "," + other + "]";
        try (FakeIncus incus = new FakeIncus(folder, (_, _, to) -> FakeIncus.good(to, "t", all))) {
            List<IncusInstance> found = incus.server(LONG).containers();
            assertThat(found)
                    .extracting(one -> one.file(folder.toString()).raw())
                    .containsExactly(
                            folder + "/containers/web/raw.lxc",
                            folder + "/containers/proj_web/raw.lxc");
            assertThat(incus.asked())
                    .containsExactly("GET /1.0/instances?recursion=1&all-projects=true HTTP/1.1");
        }
    }

    @ParameterizedTest
    @CsvSource({"a/b,default", "../web,default", "web,pro_j", "web,'a b'", "'',default"})
    void aNameThatIncusCannotGiveIsRefused(String name, String project) throws IOException {
        String odd =
                WEB.replace("\"web\"", "\"" + name + "\"")
                        .replace("\"default\",\"type", "\"" + project + "\",\"type");
        try (FakeIncus incus =
                new FakeIncus(folder, (_, _, to) -> FakeIncus.good(to, "t", "[" + odd + "]"))) {
            assertThatThrownBy(() -> incus.server(LONG).containers())
                    .hasMessageEndingWith("it lists an instance that cannot be called so");
        }
    }

    @Test
    void theLinesOfTheLastProfileThatHasSomeAreToldFromItsOwn() throws IOException {
        Map<String, String> profiles =
                Map.of("more", "{\"config\":{}}", "default", "{\"config\":{\"raw.lxc\":\"x\"}}");
        FakeIncus.Handler handler =
                (request, _, to) -> {
                    String profile = request.replaceAll(".*/profiles/([a-z]+)\\?.*", "$1");
                    FakeIncus.good(to, "t", profiles.getOrDefault(profile, WEB));
                };
        try (FakeIncus incus = new FakeIncus(folder, handler)) {
            String raw = folder + "/containers/proj_web/raw.lxc";
            assertThat(IncusConfig.read(incus.server(LONG), raw)).isEmpty();
            assertThat(
                            IncusConfig.read(
                                    incus.server(LONG),
                                    folder + "/containers/proj_web/expanded_config"))
                    .isEqualTo(
                            """
                            security.privileged=false
                            security.nesting=false
                            idmap=u 0 1000000 65536
                            idmap=g 0 1000000 65536
                            interfaces=1
                            apparmor.stacked=%s
                            profile=default

                            lxc.cap.drop = mknod
                            # \u00c3\u00a9 "\\
                            """
                                    .formatted(IncusConfig.stacked()));
            assertThat(incus.asked().getFirst())
                    .isEqualTo("GET /1.0/instances/web?project=proj HTTP/1.1");
        }
    }

    @Test
    void aContainerThatHasGoneIsAnAbsentFile() throws IOException {
        try (FakeIncus incus =
                new FakeIncus(folder, (_, _, to) -> FakeIncus.reply(to, 404, "", "{}"))) {
            assertThatThrownBy(() ->
                            IncusConfig.read(
                                    incus.server(LONG), folder + "/containers/web/raw.lxc"))
                    .isInstanceOf(NoSuchFileException.class);
            assertThatThrownBy(() -> incus.server(LONG).about())
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessageContaining("it has no '/1.0'");
        }
    }

    @Test
    void whatIsReadIsWrittenAgain() throws IOException {
        byte[] document = "{\"a\":[1.50,null,true,{\"b\":\"é\"}]}".getBytes(StandardCharsets.UTF_8);
        Map<String, @Nullable Object> read = ForeignJson.read(document, "it");
        assertThat(new String(ForeignJson.write(read), StandardCharsets.UTF_8))
                .isEqualTo("{\"a\":[1.50,null,true,{\"b\":\"\\u00E9\"}]}\n");
    }
}
