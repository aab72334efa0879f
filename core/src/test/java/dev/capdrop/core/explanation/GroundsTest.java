package dev.capdrop.core.explanation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.explanation.UnitExplanation.Ground;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Unread;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GroundsTest {
    @Test
    void whatIsWrongWithItsOwnFilesKeepsAUnitFromLoading() {
        UnitState unit =
                new UnitState(
                        "a.service",
                        "bad-setting",
                        "inactive",
                        "dead",
                        List.of(),
                        UnitDetail.UNREAD);
        // this unit has no file, so that no name of one is looked for
        List<String> problems =
                List.of("'a.service' leads on", "'b.service' leads on", "'b.service' holds ''");
        Snapshot snapshot = new Sketch().draw();
        Ground ground =
                Grounds.of(
                        unit,
                        null,
                        List.of(),
                        requireNonNull(snapshot.systemd()),
                        with(snapshot, problems, List.of()));
        assertThat(ground)
                .isEqualTo(new Ground.NotLoaded("bad-setting", List.of("'a.service' leads on")));
    }

    @Test
    void thatNothingStartsAUnitIsNotConcludedFromAReadingThatIsNotWhole() {
        Snapshot whole = new Sketch().idle("a.service", Dependencies.NONE).draw();
        UnitState unit = requireNonNull(requireNonNull(whole.systemd()).unit("a.service"));
        Unread gap = new Unread(Unread.Part.UNITS, List.of("b.service"), "time was up");
        assertThat(ground(unit, whole)).isEqualTo(new Ground.NotWanted());
        assertThat(ground(unit, with(whole, List.of("time was up"), List.of(gap))))
                .isEqualTo(new Ground.PartlyRead(List.of("time was up")));
    }

    private static Ground ground(UnitState unit, Snapshot snapshot) {
        return Grounds.of(unit, null, List.of(), requireNonNull(snapshot.systemd()), snapshot);
    }

    private static Snapshot with(Snapshot snapshot, List<String> problems, List<Unread> unread) {
        return Snapshot.of(snapshot.takenAt(), snapshot.container(), snapshot.host())
                .with(snapshot.configuration())
                .with(snapshot.init())
                .with(snapshot.systemd())
                .with(snapshot.isolation())
                .with(snapshot.programs())
                .withProblems(problems)
                .withUnread(unread);
    }
}
