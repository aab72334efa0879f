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
        Text command = Text.of("capdrop apply web").unbroken();
        assertThat(Text.of("fix: %s now", command).lines(0, 2, 9))
                .extracting(Text::toString)
                .containsExactly("fix:", "  capdrop apply web", "  now");
    }

    @Test
    void aColorTakesNoColumn() {
        Text red = Text.of("one %s unit", Text.of("failed").bad());
        assertThat(red.lines(0, 0, 15)).containsExactly(red);
    }

    @Test
    void blanksInsideALineStayAndThoseAtItsEdgeGo() {
        assertThat(Wrapping.lines(2, 2, "fix   drops", 20)).containsExactly("  fix   drops");
        assertThat(Wrapping.lines(0, 2, "0123456789   drops", 11))
                .containsExactly("0123456789", "  drops");
        assertThat(Wrapping.lines(0, 2, "", 11)).containsExactly("");
    }
}
