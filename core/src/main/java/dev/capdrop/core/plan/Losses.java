package dev.capdrop.core.plan;

import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What a drop would cost, but for the units that the administrator gave up.
final class Losses {
    private final Systemd systemd;
    private final Set<String> givenUp;

    Losses(Systemd systemd, Set<String> givenUp) {
        this.systemd = systemd;
        this.givenUp = givenUp;
    }

    /// The units that run now and would not, and those that would begin to fail.
    List<String> certain(Forecast forecast) {
        List<String> losses = new ArrayList<>();
        for (Effect effect : forecast.changes()) {
            boolean lost = effect.after() == Outcome.FAILED || isRunning(effect.unit());
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

    /// These, and the units of which the drop makes it impossible to say what becomes of them. Of
    /// what fails already nothing can be lost.
    List<String> possible(Forecast forecast) {
        List<String> losses = certain(forecast);
        for (Undecided open : forecast.undecided()) {
            boolean mayLose = open.byDrop() && open.before() != Outcome.FAILED;
            if (mayLose && !givenUp.contains(open.unit())) {
                losses.add(open.unit());
            }
        }
        return losses;
    }

    private boolean isRunning(String name) {
        UnitState unit = systemd.unit(name);
        return unit != null && Outcome.isRunning(unit);
    }
}
