package dev.capdrop.linux.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.linux.session.HostProgram.OwnSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OwnSessionTest {
    @TempDir Path folder = Path.of("");

    private static List<String> shell(String script) throws IOException {
        OwnSession program = OwnSession.of("sh", OwnSession.FOLDERS, "dash");
        try (BufferedReader said = program.start(List.of("-c", script)).inputReader()) {
            return said.lines().toList();
        }
    }

    @Test
    void aProgramLeadsASessionWithoutATerminal() throws IOException {
        List<String> lines =
                shell(
                        "echo $$; cut -d' ' -f6,7 /proc/$$/stat; (: </dev/tty) 2>/dev/null || echo no");
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
            assertThat(held.getFirst()).isEqualTo("/dev/null");
            assertThat(held.get(1)).startsWith("pipe:").isEqualTo(held.get(2));
        }
    }
}
