package dev.capdrop.core.plan;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.forecast.EngineEffect;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.snapshot.UnitState.SubState;
import module java.base;

/// The units, and the containers of engines inside, that a drop would cost, but for those that the
/// administrator gave up. A loss is what the drop turns, never what the next restart does anyway.
/// The answers grow: what is certain, then what nobody could rule out of a working unit, then
/// whatever could no longer be forecast.
public record Losses(Snapshot.Observed seen, Set<String> givenUp) {
    /// Returns the units that do some work now and would not, and those that would begin to fail.
    public List<String> certain(Forecast forecast) {
        List<String> losses = new ArrayList<>();
        for (Forecast.Effect effect : forecast.changes()) {
            boolean lost = effect.after() == Outcome.FAILED || works(effect.unit());
            if (lost && effect.turnedBy() == Forecast.Effect.TurnedBy.DROP) {
                losses.add(effect.unit());
            }
        }
        forecast.lostByRestart().stream()
                .filter(Forecast.RestartLoss::refusedByDrop)
                .forEach(loss -> losses.add(loss.unit()));
        forecast.engines().stream()
                .filter(EngineEffect::isLost)
                .forEach(effect -> losses.add(effect.name()));
        losses.removeAll(givenUp);
        return losses;
    }

    /// Returns the certain losses, and working units of which nobody knows whether they would.
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

    private static boolean hasWorked(Forecast.Undecided open) {
        return open.before().isUp() || open.before() == Outcome.INACTIVE;
    }

    private List<String> with(Forecast forecast, Predicate<Forecast.Undecided> counts) {
        List<String> losses = certain(forecast);
        forecast.undecided().stream()
                .filter(counts)
                .map(Forecast.Undecided::unit)
                .filter(unit -> !givenUp.contains(unit))
                .forEach(losses::add);
        forecast.engines().stream()
                .filter(EngineEffect::isOpen)
                .map(EngineEffect::name)
                .filter(name -> !givenUp.contains(name) && !losses.contains(name))
                .forEach(losses::add);
        return losses;
    }

    private boolean works(String name) {
        UnitState unit = seen.systemd().unit(name);
        return unit != null && new Work(seen.snapshot()).isDoneBy(unit);
    }

    /// Units with something to lose: those that run, wait to start something else, or stay active
    /// after their work (systemd.service(5), "RemainAfterExit="). Work that takes a capability that
    /// the kernel never honours here was never done, so that it may be skipped.
    public record Work(Snapshot snapshot) {
        private static final Set<SubState> DONE_OR_WAITING =
                EnumSet.of(SubState.EXITED, SubState.WAITING);

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
