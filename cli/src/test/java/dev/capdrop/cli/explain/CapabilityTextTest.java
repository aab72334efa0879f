package dev.capdrop.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Terminal.DataStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapabilityTextTest {
    private static final int LAST = 40;

    private static List<String> shown(Capability capability, int width) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal.Style style = new Terminal.Style(false, width);
        Terminal terminal =
                new Terminal(new DataStream(bytes), style, bytes, style, StandardCharsets.UTF_8);
        new CapabilityText(terminal).write(capability, LAST);
        assertThatCode(terminal::requireWritten).doesNotThrowAnyException();
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void thePageShowsWhatIsWritten() throws IOException {
        List<String> page = Files.readAllLines(Path.of("../docs/reference/explain.md"));
        assertThat(
                        page.stream()
                                .dropWhile(line -> !line.equals("    $ capdrop explain sys_pacct"))
                                .skip(1)
                                .takeWhile(line -> line.startsWith("    "))
                                .map(line -> line.substring(4)))
                .containsExactlyElementsOf(shown(Capability.of("sys_pacct"), 80));
    }

    @Test
    void noLineIsWiderThanTheTerminalButForALongWord() {
        for (Capability capability : CapabilitySet.upTo(LAST)) {
            for (int width : new int[] {40, 80, 120}) {
                assertThat(shown(capability, width))
                        .as("%s in %s columns", capability, width)
                        .allMatch(line ->
                                line.length() <= width
                                        || Arrays.stream(line.strip().split(" ")).count() == 1);
            }
        }
    }

    @Test
    void aNumberWithoutANameIsToldApartByWhetherTheKernelKnowsIt() {
        assertThat(String.join(" ", shown(new Capability(41), 80)))
                .startsWith("capability 41  unknown")
                .contains("neither does the running kernel, whose last one is 40");
        assertThat(String.join(" ", shown(new Capability(LAST), 80))).startsWith("CAP_CHECK");
    }
}
