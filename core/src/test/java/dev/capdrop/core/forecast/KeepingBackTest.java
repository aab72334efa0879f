package dev.capdrop.core.forecast;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import org.junit.jupiter.api.Test;

/// Which units may be why another one was not started.
final class KeepingBackTest {
    private static final String OTHER = "other.service";

    private static final Systemd SKIPPED =
            systemd(
                    new Sketch()
                            .loaded(
                                    OTHER,
                                    "inactive",
                                    "dead",
                                    Dependencies.NONE,
                                    Sketch.needs("CAP_SYS_TIME", Condition.Result.FAILED)));

    private static final Systemd FAILED =
            systemd(new Sketch().loaded(OTHER, "failed", "failed", Dependencies.NONE));

    private static Systemd systemd(Sketch sketch) {
        return requireNonNull(sketch.draw().systemd());
    }

    private static Dependencies ordered(Dependency kind) {
        return Dependencies.NONE.with(kind, OTHER).with(Dependency.AFTER, OTHER);
    }

    @Test
    void aSkippedUnitKeepsBackWhatIsBoundToItOrOnlyLooksForItAndNotWhatRequiresIt() {
        assertThat(SKIPPED.keepingBack(ordered(Dependency.BINDS_TO))).containsExactly(OTHER);
        assertThat(SKIPPED.keepingBack(ordered(Dependency.REQUISITE))).containsExactly(OTHER);
        assertThat(SKIPPED.keepingBack(ordered(Dependency.REQUIRES))).isEmpty();
    }

    @Test
    void aFailedUnitKeepsBackWhatRequiresItAndNotWhatWantsIt() {
        assertThat(FAILED.keepingBack(ordered(Dependency.REQUIRES))).containsExactly(OTHER);
        assertThat(FAILED.keepingBack(ordered(Dependency.WANTS))).isEmpty();
    }

    @Test
    void whatIsNotOrderedBehindAFailedUnitHasBegunBeforeItFailed() {
        assertThat(FAILED.keepingBack(Dependencies.NONE.with(Dependency.REQUIRES, OTHER)))
                .isEmpty();
    }
}
