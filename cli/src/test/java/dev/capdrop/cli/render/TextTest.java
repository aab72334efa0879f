package dev.capdrop.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {
    private static String shown(String text) {
        return Text.foreign(text).written(true);
    }

    @Test
    void plainTextPassesThrough() {
        assertThat(shown("dev-disk-by\\x2duuid.mount")).isEqualTo("dev-disk-by\\x2duuid.mount");
        assertThat(shown("Überwachung 監視")).isEqualTo("Überwachung 監視");
    }

    @Test
    void noControlCharacterReachesTheTerminal() {
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            String shown = shown(Character.toString(point));
            assertThat(shown.codePoints().allMatch(Untrusted::isShown))
                    .as("U+%04X", point)
                    .isTrue();
        }
        assertThat(shown("\u001b[31mred")).isEqualTo("\\x1b[31mred");
        assertThat(shown("a\u009b31mb")).isEqualTo("a\\x9b31mb");
        assertThat(shown("a\u202eb\u2066c\u061cd")).isEqualTo("a<U+202E>b<U+2066>c<U+061C>d");
        assertThat(shown("line\nbreak")).isEqualTo("line\\x0abreak");
        assertThat(shown("a\u2028b\u200bc\u3164d")).isEqualTo("a<U+2028>b<U+200B>c<U+3164>d");
    }

    @Test
    void anUnpairedSurrogateIsEscaped() {
        assertThat(shown("x" + (char) 0xd800 + "y")).isEqualTo("x<U+D800>y");
    }

    @Test
    void whatTheOutputCannotShowIsEscaped() {
        Text text = Text.of("%s é", Text.foreign("é").strong());
        assertThat(text.shownBy(StandardCharsets.US_ASCII.newEncoder()).written(true))
                .isEqualTo("\u001b[1m<U+00E9>\u001b[0m <U+00E9>");
        assertThat(text.shownBy(StandardCharsets.UTF_8.newEncoder())).isEqualTo(text);
    }

    @Test
    void aTextWithoutEndIsCut() {
        assertThat(shown("x".repeat(100_000))).hasSize(512 + "...".length()).endsWith("...");
        assertThat(shown("\u001b".repeat(100_000))).hasSize(4 * 512 + "...".length());
    }

    @Test
    void anArgumentIsEscapedWhateverItsTypeAndATextOnce() {
        Text inner = Text.of("%s%s", "\u001b", '\u0007').bad();
        assertThat(Text.of("a %s b", inner).written(true))
                .isEqualTo("a \u001b[31m\\x1b\\x07\u001b[0m b");
        String place = "%" + "s";
        assertThat(Text.of("%s, %s", place, 5)).hasToString(place + ", 5");
        assertThat(Text.join(", ", List.of("a", inner, 7))).hasToString("a, \\x1b\\x07, 7");
    }

    /// What stands for a style, and for a blank at which no line ends, is of a private use area.
    @Test
    void nobodyElseCanPlaceAStyle() {
        for (Mark mark : Mark.values()) {
            assertThat(shown("" + mark.sign)).matches("<U\\+E00[0-9]>");
        }
    }

    @Test
    void aTextIsAsWideAsATerminalShowsIt() {
        assertThat(Text.foreign("監視").columns()).isEqualTo(4);
        assertThat(Text.foreign("e\u0301te\u0301").columns()).isEqualTo(3);
        assertThat(Text.foreign("web").bad().columns()).isEqualTo(3);
        assertThat(Text.foreign("監").padded(4)).hasToString("監  ");
    }
}
