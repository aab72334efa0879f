package dev.capdrop.linux.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class OwnSessionTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir Path folder = Path.of("");

    private static List<String> shell(String script) throws IOException {
        OwnSession program = OwnSession.of("sh", OwnSession.FOLDERS, "dash");
        byte[] answer = Answer.of(program, List.of("-c", script), "sh", 10_000, Deadline.in(LONG));
        return new String(answer, StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aProgramLeadsASessionWithoutATerminal() throws IOException {
        List<String> lines =
                shell("echo $$; cut -d' ' -f6,7 /proc/$$/stat; (: </dev/tty) || echo no");
        assertThat(lines.get(1)).isEqualTo(lines.get(0) + " 0");
        assertThat(lines.get(2)).isEqualTo("no");
    }

    @Test
    void aProgramHoldsNothingOfOursButNullAndAPipe() throws IOException {
        Path ours = Files.writeString(folder.resolve("ours"), "secret");
        try (var in = Files.newInputStream(ours);
                var list = Files.newDirectoryStream(folder)) {
            assertThat(list).hasSize(1);
            assertThat(in.read()).isEqualTo('s');
            List<String> held =
                    shell("for f in 0 1 2 3 4 5 6 7 8 9; do readlink /proc/$$/fd/$f; done; true");
            assertThat(held).hasSize(3);
            assertThat(List.of(held.get(0), held.get(2))).containsOnly("/dev/null");
            assertThat(held.get(1)).startsWith("pipe:");
        }
    }

    @Test
    void whoFailedHasSaidAPartAtMost() {
        assertThatThrownBy(() -> shell("echo some; exit 3"))
                .isInstanceOf(Answer.FailedException.class)
                .hasMessage("sh ended with exit status 3");
        assertThatThrownBy(() -> shell("echo some; exec >&-; sleep 0.1; exit 4"))
                .hasMessage("sh ended with exit status 4");
    }

    /// In the JDK's own pipe, this would be read for ever.
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whatItLeavesBehindIsNotWaitedForThoughItWritesForEver() throws IOException {
        OwnSession program = OwnSession.of("sh", OwnSession.FOLDERS, "dash");
        for (String script : List.of("setsid yes & sleep 0.2", "setsid sleep 30 & echo y")) {
            try {
                byte[] answer =
                        Answer.of(program, List.of("-c", script), "sh", 1 << 30, Deadline.in(LONG));
                assertThat(answer).startsWith('y');
            } catch (IOException tooMuch) {
                assertThat(tooMuch).hasMessageContaining("sh wrote more than");
            }
        }
    }

    @Test
    void tooMuchAndTooLongAreSentences() throws IOException {
        OwnSession program = OwnSession.of("sh", OwnSession.FOLDERS, "dash");
        assertThatThrownBy(() ->
                        Answer.of(program, List.of("-c", "yes"), "sh", 1000, Deadline.in(LONG)))
                .hasMessage("sh wrote more than 1000 bytes");
        Deadline soon = Deadline.in(Duration.ofMillis(50));
        assertThatThrownBy(() -> Answer.of(program, List.of("-c", "sleep 99"), "sh", 9, soon))
                .hasMessage("sh did not answer in time");
    }
}
