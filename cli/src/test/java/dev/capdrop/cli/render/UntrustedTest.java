package dev.capdrop.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class UntrustedTest {
    private static String utf8(String text) {
        return Untrusted.escape(text, StandardCharsets.UTF_8.newEncoder());
    }

    @Test
    void plainTextPassesThrough() {
        assertThat(utf8("dev-disk-by\\x2duuid.mount")).isEqualTo("dev-disk-by\\x2duuid.mount");
        assertThat(utf8("Überwachung 監視")).isEqualTo("Überwachung 監視");
    }

    @Test
    void noControlCharacterReachesTheTerminal() {
        for (int point = 0; point < 0x3000; point++) {
            String shown = utf8(Character.toString(point));
            assertThat(shown.codePoints())
                    .as("U+%04X", point)
                    .noneMatch(Character::isISOControl)
                    .noneMatch(p -> Character.getType(p) == Character.FORMAT)
                    .noneMatch(p -> p == 0x2028 || p == 0x2029);
        }
        assertThat(utf8("\u001b[31mred")).isEqualTo("\\x1b[31mred");
        assertThat(utf8("a" + (char) 0x202e + "b")).isEqualTo("a<U+202E>b");
        assertThat(utf8("line\nbreak")).isEqualTo("line\\x0abreak");
    }

    @Test
    void anUnpairedSurrogateIsEscaped() {
        assertThat(utf8("x" + (char) 0xd800 + "y")).isEqualTo("x<U+D800>y");
    }

    @Test
    void whatTheOutputCannotShowIsEscaped() {
        assertThat(Untrusted.escape("é", StandardCharsets.US_ASCII.newEncoder()))
                .isEqualTo("<U+00E9>");
    }

    @Test
    void aTextWithoutEndIsCut() {
        assertThat(utf8("x".repeat(100_000))).hasSize(512 + "...".length()).endsWith("...");
    }
}
