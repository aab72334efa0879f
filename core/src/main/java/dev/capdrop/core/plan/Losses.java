package dev.capdrop.core.plan;

import dev.capdrop.core.forecast.Effect;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.RestartLoss;
import dev.capdrop.core.forecast.Undecided;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// What a drop would cost, but for the units that the administrator gave up.
public final class Losses {
    private final Systemd systemd;
    private final Work work;
    private final Set<String> givenUp;

    public Losses(Observed seen, Set<String> givenUp) {
        this.systemd = seen.systemd();
        this.work = new Work(seen.snapshot());
        this.givenUp = givenUp;
    }

    /// The units that do some work now and would not, and those that would begin to fail.
    public List<String> certain(Forecast forecast) {
        List<String> losses = new ArrayList<>();
        for (Effect effect : forecast.changes()) {
            boolean lost = effect.after() == Outcome.FAILED || works(effect.unit());
            if (lost && effect.turnedBy() == Effect.TurnedBy.DROP) {
                losses.add(effect.unit());
            }
        }
        for (RestartLoss loss : forecast.lostByRestart()) {
            if (loss.refusedByDrop()) {
                losses.add(loss.unit());
            }
        }
        losses.removeAll(givenUp);
        return losses;
    }

    /// These, and those of them that work now and of which nobody could say that they still would.
    List<String> possible(Forecast forecast) {
        return with(
                forecast,
                Undecided::byDrop,
                open -> open.before().isUp() || open.before() == Outcome.INACTIVE);
    }

    /// These, and whatever else could no longer be forecast but of what fails already, of which
    /// nothing can be lost.
    List<String> orUndecided(Forecast forecast) {
        return with(forecast, Undecided::isTouchedByDrop, open -> open.before() != Outcome.FAILED);
    }

    /// The certain ones, and the possible ones of which no boot was watched.
    List<String> unwatched(Forecast forecast, UseHistory learnt) {
        return with(
                forecast,
                Undecided::byDrop,
                open ->
                        (open.before().isUp() || open.before() == Outcome.INACTIVE)
                                && !learnt.sawBootOf(open.unit()));
    }

    private List<String> with(
            Forecast forecast, Predicate<Undecided> touched, Predicate<Undecided> counts) {
        List<String> losses = certain(forecast);
        for (Undecided open : forecast.undecided()) {
            if (touched.test(open) && counts.test(open) && !givenUp.contains(open.unit())) {
                losses.add(open.unit());
            }
        }
        return losses;
    }

    private boolean works(String name) {
        UnitState unit = systemd.unit(name);
        return unit != null && work.isDoneBy(unit);
    }
}
