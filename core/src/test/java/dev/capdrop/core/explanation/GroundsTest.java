package dev.capdrop.core.explanation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.plan.Sketch;
import dev.capdrop.core.snapshot.UnitState;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GroundsTest {
    @Test
    void whatIsWrongWithItsOwnFilesKeepsAUnitFromLoading() {
        UnitState unit =
                new UnitState("a.service", "bad-setting", "inactive", "dead", List.of(), null);
        List<String> problems = List.of("'a.service' leads on", "'b.service' leads on");
        Ground ground =
                Grounds.of(
                        unit,
                        null,
                        List.of(),
                        requireNonNull(new Sketch().draw().systemd()),
                        problems);
        assertThat(ground)
                .isEqualTo(new Ground.NotLoaded("bad-setting", List.of("'a.service' leads on")));
    }
}
