package dev.capdrop.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.explanation.UnitExplanation.Ground;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GroundTextTest {
    @Test
    void aUnitThatIsNotLoadedSaysWhy() {
        assertThat(GroundText.sentence(new Ground.NotLoaded("not-found", List.of())))
                .isEqualTo("it has no file");
        assertThat(GroundText.sentence(new Ground.NotLoaded("error", List.of("'/a' is odd"))))
                .isEqualTo("systemd cannot read its file: '/a' is odd");
        assertThat(GroundText.sentence(new Ground.NotLoaded("merged", List.of())))
                .isEqualTo("its unit is merged");
    }

    /// The state stands before it: `not-started: it requires …`.
    @Test
    void theSentenceDoesNotSayTheStateOnceMore() {
        assertThat(GroundText.sentence(new Ground.KeptBack(List.of("a.mount", "b.service"))))
                .isEqualTo("it requires a.mount, b.service, not active");
    }
}
