package dev.capdrop.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.UnitState.ActiveState;
import dev.capdrop.core.snapshot.UnitState.LoadState;
import dev.capdrop.core.snapshot.UnitState.SubState;
import dev.capdrop.core.unit.Dependencies;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UnitStatesTest {
    private static UnitState unit(String load, String active) {
        return new UnitState("a.service", load, active, "dead", List.of(), UnitDetail.UNREAD);
    }

    @Test
    void aWordOfANewerSystemdIsKeptAndIsNoneOfOurs() {
        UnitState unit = unit("merged", "hibernating");
        assertThat(unit.load()).isEqualTo(LoadState.OTHER);
        assertThat(unit.active()).isEqualTo(ActiveState.OTHER);
        assertThat(unit.loadState()).isEqualTo("merged");
        assertThat(unit.activeState()).isEqualTo("hibernating");
        assertThat(Outcome.of(unit)).isEqualTo(Outcome.ACTIVE);
    }

    @Test
    void aUnitWhoseExtensionsAreMountedAnewRunsAndOneThatIsCleanedDoesNot() {
        assertThat(Outcome.of(unit("loaded", "refreshing"))).isEqualTo(Outcome.ACTIVE);
        UnitState cleaned = unit("loaded", "maintenance");
        assertThat(Outcome.of(cleaned)).isEqualTo(Outcome.INACTIVE);
        assertThat(cleaned.failed()).isFalse();
    }

    @Test
    void aUnitThatWaitsToBeQueuedAgainIsBetweenTwoRuns() {
        assertThat(SubState.of("auto-restart-queued")).isEqualTo(SubState.AUTO_RESTART);
        assertThat(SubState.of("final-watchdog")).isEqualTo(SubState.OTHER);
        assertThat(SubState.of("")).isEqualTo(SubState.OTHER);
        for (SubState state : SubState.values()) {
            assertThat(SubState.of(state.word())).isEqualTo(state);
        }
    }

    @Test
    void whatIsSaidOfNoStateIsNoOtherState() {
        assertThat(unit("", "other").load()).isEqualTo(LoadState.OTHER);
        assertThat(unit("", "other").active()).isEqualTo(ActiveState.OTHER);
        assertThat(unit("loaded", "").active()).isEqualTo(ActiveState.UNDECIDED);
    }

    @Test
    void aUnitThatWasNotReadMayHaveRunAndOneOfWhichNothingIsToldHasNot() {
        UnitState unread = unit("loaded", "inactive");
        UnitDetail nothing =
                new UnitDetail(
                        List.of(),
                        UnitDetail.Files.NONE,
                        UnitDetail.Activation.NEVER,
                        List.of(),
                        Dependencies.NONE,
                        null,
                        List.of(),
                        null);
        assertThat(unread.detail().isRead()).isFalse();
        assertThat(nothing.isRead()).isTrue();
        assertThat(Outcome.of(unread)).isEqualTo(Outcome.INACTIVE);
        assertThat(Outcome.of(unread.with(nothing))).isEqualTo(Outcome.NOT_STARTED);
    }

    @Test
    void everyWordIsReadBack() {
        for (LoadState state : LoadState.values()) {
            assertThat(LoadState.of(state.word())).isEqualTo(state);
        }
        for (ActiveState state : ActiveState.values()) {
            assertThat(unit("loaded", state.word()).active()).isEqualTo(state);
        }
    }

    @Test
    void whatFilesLeadToIsReadBackAsWhatItWas() {
        assertThat(Outcome.of(unit("loaded", ActiveState.after(Outcome.UNDECIDED).word())))
                .isEqualTo(Outcome.UNDECIDED);
        assertThat(Outcome.of(unit("loaded", ActiveState.after(Outcome.STARTED).word())))
                .isEqualTo(Outcome.STARTED);
    }
}
