package dev.capdrop.core.plan;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.RestartLoss;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.SubState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// The units that a drop would cost, but for those that the administrator gave up. A loss is what
/// the drop turns, never what the next restart does anyway. The answers grow: what is certain, then
/// what nobody could rule out of a working unit, then whatever could no longer be forecast.
public final class Losses {
    private final Systemd systemd;
    private final Work work;
    private final Set<String> givenUp;

    public Losses(Observed seen, Set<String> givenUp) {
        this.systemd = seen.systemd();
        this.work = new Work(seen.snapshot());
        this.givenUp = givenUp;
    }

    /// Returns the units that do some work now and would not, and those that would begin to fail.
    public List<String> certain(Forecast forecast) {
        List<String> losses = new ArrayList<>();
        for (Effect effect : forecast.changes()) {
            boolean lost = effect.after() == Outcome.FAILED || works(effect.unit());
            if (lost && effect.turnedBy() == Effect.TurnedBy.DROP) {
                losses.add(effect.unit());
            }
        }
        forecast.lostByRestart().stream()
                .filter(RestartLoss::refusedByDrop)
                .forEach(loss -> losses.add(loss.unit()));
        losses.removeAll(givenUp);
        return losses;
    }

    /// Returns the certain losses, and working units of which nobody could say that they still
    /// would.
    List<String> possible(Forecast forecast) {
        return with(forecast, open -> open.byDrop() && hasWorked(open));
    }

    /// Returns the certain losses, and what could no longer be forecast of units that do not fail
    /// yet.
    List<String> orUndecided(Forecast forecast) {
        return with(forecast, open -> open.isTouchedByDrop() && open.before() != Outcome.FAILED);
    }

    /// Returns the certain losses, and the possible ones of which no boot was watched.
    List<String> unwatched(Forecast forecast, UseHistory learnt) {
        return with(
                forecast,
                open -> open.byDrop() && hasWorked(open) && !learnt.sawBootOf(open.unit()));
    }

    private static boolean hasWorked(Undecided open) {
        return open.before().isUp() || open.before() == Outcome.INACTIVE;
    }

    private List<String> with(Forecast forecast, Predicate<Undecided> counts) {
        List<String> losses = certain(forecast);
        forecast.undecided().stream()
                .filter(counts)
                .map(Undecided::unit)
                .filter(unit -> !givenUp.contains(unit))
                .forEach(losses::add);
        return losses;
    }

    private boolean works(String name) {
        UnitState unit = systemd.unit(name);
        return unit != null && work.isDoneBy(unit);
    }

    /// Units with something to lose: those that run, wait to start something else, or stay active
    /// after their work (systemd.service(5), "RemainAfterExit="). Work that takes a capability that
    /// the kernel never honours here was never done, so that it may be skipped.
    public record Work(Snapshot snapshot) {
        private static final Set<SubState> DONE_OR_WAITING =
                EnumSet.of(SubState.EXITED, SubState.WAITING);

        /// Whether this unit would be missed.
        public boolean isDoneBy(UnitState unit) {
            return Outcome.isRunning(unit)
                    || (Outcome.of(unit).isUp()
                            && DONE_OR_WAITING.contains(unit.sub())
                            && !asksInVain(unit));
        }

        /// Whether its conditions ask for a capability that is worth nothing in this container.
        public boolean asksInVain(UnitState unit) {
            return !askedInVain(unit).isEmpty();
        }

        CapabilitySet askedInVain(UnitState unit) {
            return Conditions.asked(unit.conditions()).only(snapshot::isInert);
        }
    }
}
