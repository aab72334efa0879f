package dev.capdrop.core.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.unit.Dependency.Consequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What systemd 257 made of units that name another one, in a container.
final class DependencyTest {
    @ParameterizedTest(name = "{0} of what is {1}: without After= {2}, with it {3}")
    @CsvSource(
            textBlock =
                    """
                    REQUIRES,  UP,          NONE,      NONE
                    REQUIRES,  ENDED,       NONE,      NONE
                    REQUIRES,  SKIPPED,     NONE,      NONE
                    REQUIRES,  FAILED,      NONE,      KEPT_BACK
                    REQUIRES,  FAILED_LATER, NONE,     NONE
                    REQUISITE, FAILED_LATER, NONE,     NONE
                    BINDS_TO,  FAILED_LATER, STOPPED,  STOPPED
                    REQUIRES,  NOT_STARTED, NONE,      KEPT_BACK
                    REQUIRES,  ABSENT,      KEPT_BACK, KEPT_BACK
                    REQUISITE, UP,          NONE,      NONE
                    REQUISITE, ENDED,       NONE,      KEPT_BACK
                    REQUISITE, SKIPPED,     NONE,      KEPT_BACK
                    REQUISITE, FAILED,      NONE,      KEPT_BACK
                    REQUISITE, NOT_STARTED, NONE,      KEPT_BACK
                    REQUISITE, ABSENT,      KEPT_BACK, KEPT_BACK
                    BINDS_TO,  UP,          NONE,      NONE
                    BINDS_TO,  ENDED,       STOPPED,   KEPT_BACK
                    BINDS_TO,  SKIPPED,     STOPPED,   KEPT_BACK
                    BINDS_TO,  FAILED,      STOPPED,   KEPT_BACK
                    BINDS_TO,  NOT_STARTED, NONE,      KEPT_BACK
                    BINDS_TO,  ABSENT,      KEPT_BACK, KEPT_BACK
                    WANTS,     FAILED,      NONE,      NONE
                    WANTS,     ABSENT,      NONE,      NONE
                    PART_OF,   FAILED,      NONE,      NONE
                    PART_OF,   SKIPPED,     NONE,      NONE
                    PART_OF,   ABSENT,      NONE,      NONE
                    """)
    void whatBecomesOfAUnitHangsOnTheKindTheOrderAndTheOther(
            Dependency kind, Dependency.Standing other, Consequence without, Consequence with) {
        assertThat(kind.consequence(other, false)).isEqualTo(without);
        assertThat(kind.consequence(other, true)).isEqualTo(with);
    }

    @ParameterizedTest
    @EnumSource
    void anInverseThatIsARowHasThatRowForItsInverse(Dependency kind) {
        for (Dependency other : Dependency.values()) {
            if (other.word().equals(kind.inverse())) {
                assertThat(other.inverse()).isEqualTo(kind.word());
            }
        }
    }

    @Test
    void whatMayKeepAUnitBackIsAskedTheStrictestLast() {
        assertThat(Dependency.keeping())
                .containsExactly(
                        Dependency.REQUIRES,
                        Dependency.REQUISITE,
                        Dependency.BINDS_TO,
                        Dependency.STOP_PROPAGATED_FROM);
        assertThat(Dependency.pulling())
                .containsExactly(
                        Dependency.REQUIRES,
                        Dependency.WANTS,
                        Dependency.BINDS_TO,
                        Dependency.UPHOLDS);
    }

    @Test
    void whatNoBootStartsIsNoOpponent() {
        Dependencies its =
                Dependencies.NONE.with(Dependency.CONFLICTS, "a.service", "shutdown.target");
        assertThat(its.of(Dependency.CONFLICTS)).containsExactly("a.service");
    }
}
