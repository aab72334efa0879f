package dev.capdrop.cli.scan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DumpLinesTest {
    private static final String BYTES = "010000030020000000000000000000000000000061628601";

    private static List<String> read(String text) throws IOException {
        DumpLines lines =
                new DumpLines(
                        new LineInput("here", new ByteArrayInputStream(text.getBytes(UTF_8))));
        List<String> read = new ArrayList<>();
        for (String line = lines.next(); line != null; line = lines.next()) {
            read.add(lines.number() + " " + line);
        }
        return read;
    }

    /// As xxd, `xxd -g1`, `xxd -c24 -g4 -u`, `hexdump -C`, `od -t x1` and `od -A x -t x1z` print
    /// them.
    @ParameterizedTest
    @ValueSource(
            strings = {
                """
                00000000: 0100 0003 0020 0000 0000 0000 0000 0000  ..... ..........
                00000010: 0000 0000 6162 8601                      ....ab..
                """,
                """
                00000000: 01 00 00 03 00 20 00 00 00 00 00 00 00 00 00 00  ..... ..........
                00000010: 00 00 00 00 61 62 86 01                          ....ab..
                """,
                """
                00000000: 01000003 00200000 00000000 00000000 00000000 61628601  ..... ..............ab..
                """,
                """
                00000000  01 00 00 03 00 20 00 00  00 00 00 00 00 00 00 00  |..... ..........|
                00000010  00 00 00 00 61 62 86 01                           |....ab..|
                00000018
                """,
                """
                0000000 01 00 00 03 00 20 00 00 00 00 00 00 00 00 00 00
                0000020 00 00 00 00 61 62 86 01
                0000030
                """,
                """
                000000 01 00 00 03 00 20 00 00 00 00 00 00 00 00 00 00  >..... ..........<
                000010 00 00 00 00 61 62 86 01                          >....ab..<
                000018
                """
            })
    void aDumpIsOneLine(String dump) throws IOException {
        assertThat(read("CapEff:\t01\n" + dump + dump + "0x3"))
                .hasSize(4)
                .startsWith("1 CapEff:\t01", "2 " + BYTES)
                .contains(1 + 1 + dump.lines().count() + " " + BYTES)
                .endsWith(2 + 2 * dump.lines().count() + " 0x3");
    }

    @Test
    void whatDoesNotGoOnIsALineOfItsOwn() throws IOException {
        assertThat(read("00000000: 0100 0002  ....\n00000010: 0000 0000  ....\n00000004\n"))
                .containsExactly("1 01000002", "2 00000010: 0000 0000  ....", "3 00000004");
        assertThat(read("00000010: 0000 0000  ....\n0000000000003000\n00000004\n"))
                .containsExactly("1 00000010: 0000 0000  ....", "2 0000000000003000", "3 00000004");
    }
}
