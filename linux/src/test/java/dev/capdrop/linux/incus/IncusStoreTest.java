package dev.capdrop.linux.incus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.runtime.IncusFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IncusStoreTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String OPERATION = "/1.0/operations/1d26063b-27e4-4535-b172-0b8c6996a814";
    private static final String DROP = "lxc.cap.drop = mknod\n";

    @TempDir Path folder = Path.of("");

    /// One instance, whose entity tag is the number of its state.
    private static final class Instance implements FakeIncus.Handler {
        private String lines = "";
        private String bodies = "";
        private int state;
        private int othersChange;
        private String othersLines = "";

        @Override
        public void answer(String request, String whole, OutputStream to) throws IOException {
            if (request.startsWith("GET")) {
                FakeIncus.good(to, "s" + state, described());
                if (othersChange-- > 0) {
                    state++;
                    lines = othersLines.isEmpty() ? lines : othersLines;
                }
            } else if (!whole.contains("If-Match: \"s" + state + "\"")) {
                FakeIncus.reply(to, 412, "", "{\"error\":\"ETag doesn't match\"}");
            } else {
                bodies += whole.substring(whole.indexOf("\r\n\r\n") + 4);
                FakeIncus.good(to, "", "{}");
            }
        }

        private String described() {
            String own = lines.isEmpty() ? "" : "\"raw.lxc\":\"" + lines.replace("\n", "\\n") + '"';
            return """
            {"name":"web","project":"proj","type":"container","status":"Running","location":"none",
             "profiles":[],"description":"who \\"runs\\" it: é","config":{%s},"expanded_config":{%s},"expanded_devices":{}}
            """
                    .formatted(own, own);
        }
    }

    private String path() {
        return folder + "/containers/proj_web/raw.lxc";
    }

    /// Before 6.0.6 and 6.17 Incus empties a description that a PATCH does not name.
    @Test
    void theLinesAreReplacedInTheStateThatWasReadAndTheDescriptionIsKept() throws IOException {
        Instance instance = new Instance();
        try (FakeIncus incus = new FakeIncus(folder, instance)) {
            new IncusStore(incus.server(LONG)).replace(path(), "", DROP);
            assertThat(instance.bodies)
                    .isEqualTo(
                            "{\"description\":\"who \\\"runs\\\" it: \\u00E9\",\"config\":{\"raw.lxc\":\"lxc.cap.drop = mknod\\n\"}}\n");
            assertThat(incus.asked())
                    .containsExactly(
                            "GET /1.0/instances/web?project=proj HTTP/1.1",
                            "PATCH /1.0/instances/web?project=proj HTTP/1.1");
        }
    }

    @Test
    void anotherSettingThatIsChangedMeanwhileCostsAnotherReadingOnly() throws IOException {
        Instance instance = new Instance();
        instance.othersChange = 3;
        try (FakeIncus incus = new FakeIncus(folder, instance)) {
            new IncusStore(incus.server(LONG)).replace(path(), "", DROP);
            assertThat(instance.bodies).contains("mknod");
            assertThat(incus.asked()).hasSize(8);
        }
    }

    @Test
    void linesThatAreChangedMeanwhileAreNotWrittenOver() throws IOException {
        Instance instance = new Instance();
        instance.othersChange = 1;
        instance.othersLines = "# theirs\n";
        try (FakeIncus incus = new FakeIncus(folder, instance)) {
            IncusStore store = new IncusStore(incus.server(LONG));
            assertThatThrownBy(() -> store.replace(path(), "", DROP))
                    .isInstanceOf(ConfigStore.ChangedException.class);
            assertThat(instance.bodies).isEmpty();
            assertThat(store.read(path())).isEqualTo("# theirs\n");
        }
    }

    @Test
    void oneThatIsChangedAllTheTimeIsGivenUp() throws IOException {
        Instance instance = new Instance();
        instance.othersChange = Integer.MAX_VALUE;
        try (FakeIncus incus = new FakeIncus(folder, instance)) {
            assertThatThrownBy(() -> new IncusStore(incus.server(LONG)).replace(path(), "", DROP))
                    .hasMessage(
                            "settings of 'web' are changed by somebody else all the time; nothing"
                                    + " was written, run capdrop again");
        }
    }

    @Test
    void oneThatIsChangedAllTheTimeAndAnswersSlowlyIsGivenUpInTime() throws IOException {
        Instance instance = new Instance();
        instance.othersChange = Integer.MAX_VALUE;
        try (FakeIncus incus = new FakeIncus(folder, instance)) {
            IncusStore store = new IncusStore(incus.server(LONG), Duration.ZERO);
            assertThatThrownBy(() -> store.replace(path(), "", DROP))
                    .hasMessageContaining("changed by somebody else all the time");
            assertThat(incus.asked()).hasSize(3);
        }
    }

    @Test
    void whatIsTheSameAlreadyIsNotWritten() throws IOException {
        Instance instance = new Instance();
        instance.lines = DROP;
        try (FakeIncus incus = new FakeIncus(folder, instance)) {
            new IncusStore(incus.server(LONG)).replace(path(), DROP, DROP);
            assertThat(incus.asked()).hasSize(1);
        }
    }

    @Test
    void bytesThatAreNoTextAreNotWritten() throws IOException {
        Instance instance = new Instance();
        try (FakeIncus incus = new FakeIncus(folder, instance)) {
            assertThatThrownBy(
                            () -> new IncusStore(incus.server(LONG)).replace(path(), "", "\u00ff"))
                    .hasMessageContaining("would not be UTF-8");
            assertThat(incus.asked()).isEmpty();
        }
    }

    @Test
    void withoutAnEntityTagNothingIsWritten() throws IOException {
        String described = new Instance().described();
        FakeIncus.Handler odd = (_, _, to) -> FakeIncus.good(to, "a b", described);
        try (FakeIncus incus = new FakeIncus(folder, odd)) {
            assertThatThrownBy(() -> new IncusStore(incus.server(LONG)).replace(path(), "", DROP))
                    .hasMessageEndingWith(
                            "it does not say which state it tells of; nothing was written");
            assertThat(incus.asked()).hasSize(1);
        }
    }

    @Test
    void whatIncusRefusesIsSaidInItsWords() throws IOException {
        String described = new Instance().described();
        FakeIncus.Handler refusing =
                (request, _, to) -> {
                    if (request.startsWith("GET")) {
                        FakeIncus.good(to, "s", described);
                    } else {
                        FakeIncus.reply(
                                to,
                                500,
                                "",
                                "{\"error\":\"Invalid config: Setting lxc.logfile is not allowed\"}");
                    }
                };
        try (FakeIncus incus = new FakeIncus(folder, refusing)) {
            assertThatThrownBy(() -> new IncusStore(incus.server(LONG)).replace(path(), "", DROP))
                    .hasMessage(
                            "Incus at '%s/unix.socket' refuses: Invalid config: Setting lxc.logfile is not allowed"
                                    .formatted(folder));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"status_code\":200,\"err\":\"\"} | ``",
                "{\"status_code\":400,\"err\":\"it will not\"} | it will not",
                "{\"status_code\":103,\"err\":\"\"} | it has not ended within 15 s",
            })
    void anOperationIsWaitedFor(String result, String said) throws IOException {
        FakeIncus.Handler handler =
                (request, whole, to) -> {
                    if (request.startsWith("PUT")) {
                        assertThat(whole).contains("\"timeout\":5", "\"force\":false");
                        FakeIncus.reply(to, 202, "", "{\"operation\":\"" + OPERATION + "\"}");
                    } else {
                        FakeIncus.good(to, "", result);
                    }
                };
        IncusFile file = Objects.requireNonNull(IncusFile.of(path()));
        try (FakeIncus incus = new FakeIncus(folder, handler)) {
            assertThat(incus.server(LONG).act(file, "stop", Duration.ofSeconds(5), false))
                    .isEqualTo(said);
            assertThat(incus.asked())
                    .containsExactly(
                            "PUT /1.0/instances/web/state?project=proj HTTP/1.1",
                            "GET " + OPERATION + "/wait?timeout=15 HTTP/1.1");
        }
    }

    @Test
    void anOperationOfAnotherKindIsNotAskedFor() throws IOException {
        FakeIncus.Handler handler =
                (_, _, to) -> FakeIncus.reply(to, 202, "", "{\"operation\":\"/1.0/../x\"}");
        IncusFile file = Objects.requireNonNull(IncusFile.of(path()));
        try (FakeIncus incus = new FakeIncus(folder, handler)) {
            assertThat(incus.server(LONG).act(file, "start", Duration.ofSeconds(5), false))
                    .isEqualTo("status 202");
            assertThat(incus.asked()).hasSize(1);
        }
    }

    @Test
    void itIsKnownWhatIncusDoesWithAnInstance() throws IOException {
        String operation =
                "{\"description\":\"%s\",\"resources\":{\"instances\":[\"/1.0/instances/%s?project=proj\"]}}";
        String running =
                "{\"running\":[%s,%s,%s]}"
                        .formatted(
                                operation.formatted("Executing command", "web"),
                                operation.formatted("Backing up instance", "web2"),
                                operation.formatted("Migrating instance", "web"));
        IncusFile file = Objects.requireNonNull(IncusFile.of(path()));
        try (FakeIncus incus =
                new FakeIncus(folder, (_, _, to) -> FakeIncus.good(to, "", running))) {
            assertThat(incus.server(LONG).work(file)).isEqualTo("Migrating instance");
        }
    }
}
