package dev.capdrop.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WrappingTest {
    @Test
    void noLineIsWiderThanAskedAndNoWordIsLost() {
        String text = "a container is told the truth about its capabilities, whatever it is";
        assertThat(Wrapping.lines(2, 4, text, 24))
                .containsExactly(
                        "  a container is told",
                        "    the truth about its",
                        "    capabilities,",
                        "    whatever it is");
    }

    @Test
    void aWordThatIsWiderStaysInOnePiece() {
        assertThat(Wrapping.lines(0, 2, "see /usr/share/lxc/config now", 12))
                .containsExactly("see", "  /usr/share/lxc/config", "  now");
    }

    @Test
    void aCommandToCopyStaysInOnePiece() {
        assertThat(Wrapping.lines(0, 2, "run 'capdrop undo web --yes' to finish it", 16))
                .containsExactly("run", "  'capdrop undo web --yes'", "  to finish it");
        assertThat(
                        Wrapping.lines(
                                0, 2, "fix: " + Wrapping.unbroken("capdrop apply web") + " now", 9))
                .containsExactly("fix:", "  capdrop apply web", "  now");
    }

    @Test
    void aColorTakesNoColumn() {
        String red = "\u001b[1;31mfailed\u001b[0m";
        assertThat(Wrapping.lines(0, 0, "one " + red + " unit", 15))
                .containsExactly("one " + red + " unit");
    }

    @Test
    void blanksInsideALineStayAndThoseAtItsEdgeGo() {
        assertThat(Wrapping.lines(2, 2, "fix   drops", 20)).containsExactly("  fix   drops");
        assertThat(Wrapping.lines(0, 2, "0123456789   drops", 11))
                .containsExactly("0123456789", "  drops");
        assertThat(Wrapping.lines(0, 2, "", 11)).containsExactly("");
    }
}
