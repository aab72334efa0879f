package dev.capdrop.lab.boots;

import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.diagnosis.ExitStatus;
import dev.capdrop.core.plan.Effect;
import dev.capdrop.core.plan.Forecast;
import dev.capdrop.core.plan.Goal;
import dev.capdrop.core.plan.Outcome;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Request;
import dev.capdrop.core.plan.RestartLoss;
import dev.capdrop.core.plan.Undecided;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitExit;
import dev.capdrop.core.snapshot.UnitState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Holds the forecasts of one image against its boots.
///
/// A unit changes when a boot leaves it in another state than the baseline's. What differs between
/// boots without any drop is fickle: no forecast of it is counted, neither for nor against.
final class Judge {
    private final Snapshot baseline;
    private final Set<String> fickle;

    private Judge(Snapshot baseline, Set<String> fickle) {
        this.baseline = baseline;
        this.fickle = fickle;
    }

    /// @param source the snapshot that the forecasts are made from
    /// @param boots all recorded boots of the image
    static Judge of(Snapshot source, List<Boot> boots) {
        Set<String> fickle = new TreeSet<>();
        Map<String, Outcome> first = outcomes(source);
        for (Boot boot : boots) {
            if (boot.snapshot() != null && dropped(source, boot).isEmpty()) {
                Map<String, Outcome> again = outcomes(boot.snapshot());
                fickle.addAll(different(first, again));
            }
        }
        return new Judge(source, fickle);
    }

    /// The units whose state varies by itself.
    Set<String> fickle() {
        return fickle;
    }

    /// What of a boot's drop the container would have held.
    static CapabilitySet dropped(Snapshot baseline, Boot boot) {
        if (baseline.init() == null) {
            throw new IllegalArgumentException("the baseline does not run");
        }
        return boot.drop().intersect(baseline.init().bounding());
    }

    Judgement judge(Boot boot) {
        Request request = new Request(Goal.NONE, boot.drop(), CapabilitySet.EMPTY, Set.of());
        Forecast forecast = Planner.plan(baseline, request).forecast();
        List<Undecided> open = forecast.undecided().stream().filter(Undecided::byDrop).toList();
        if (boot.snapshot() == null) {
            return notBooted(boot, forecast, open);
        }
        return new Comparison(boot, boot.snapshot(), forecast).judgement(open);
    }

    /// A container that does not boot at all is one change, whatever becomes of its units.
    private static Judgement notBooted(Boot boot, Forecast forecast, List<Undecided> open) {
        Change change =
                new Change(
                        boot,
                        Change.CONTAINER,
                        Outcome.ACTIVE,
                        Outcome.FAILED,
                        "",
                        forecast.boots() ? Change.Verdict.SURPRISE : Change.Verdict.FORETOLD,
                        forecast.boots() ? "a boot" : forecast.obstacle());
        return new Judgement(boot, List.of(change), 0, List.of(), open);
    }

    private static Map<String, Outcome> outcomes(Snapshot snapshot) {
        Map<String, Outcome> outcomes = new HashMap<>();
        units(snapshot).forEach((name, unit) -> outcomes.put(name, outcome(unit)));
        return outcomes;
    }

    /// What is still not ready when the boot has ended will never be.
    private static Outcome outcome(UnitState unit) {
        return unit.activeState().equals("activating") ? Outcome.FAILED : Outcome.of(unit);
    }

    private static Map<String, UnitState> units(Snapshot snapshot) {
        Map<String, UnitState> units = new HashMap<>();
        if (snapshot.systemd() != null) {
            snapshot.systemd().units().forEach(unit -> units.put(unit.name(), unit));
        }
        return units;
    }

    private static Set<String> different(Map<String, Outcome> before, Map<String, Outcome> after) {
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        names.removeIf(name -> !changes(before.get(name), after.get(name)));
        return names;
    }

    /// Whether these differ; systemd forgets units that do nothing and that nothing names.
    private static boolean changes(@Nullable Outcome before, @Nullable Outcome after) {
        if (before == null || after == null) {
            Outcome there = before == null ? after : before;
            return there != null && !rests(there);
        }
        return before != after;
    }

    private static boolean rests(Outcome outcome) {
        return switch (outcome) {
            case INACTIVE, NOT_STARTED -> true;
            case ACTIVE, SKIPPED, FAILED -> false;
        };
    }

    private static Outcome orGone(@Nullable Outcome outcome) {
        return outcome == null ? Outcome.NOT_STARTED : outcome;
    }

    /// One boot beside its forecast.
    private final class Comparison {
        private final Boot boot;
        private final Forecast forecast;
        private final Map<String, UnitState> after;
        private final Map<String, Effect> effects = new HashMap<>();
        private final Map<String, Undecided> open = new HashMap<>();
        private final Set<String> lost = new TreeSet<>();

        Comparison(Boot boot, Snapshot snapshot, Forecast forecast) {
            this.boot = boot;
            this.forecast = forecast;
            this.after = units(snapshot);
            forecast.effects().forEach(effect -> effects.put(effect.unit(), effect));
            forecast.undecided().forEach(one -> open.put(one.unit(), one));
            forecast.lostByRestart().stream().map(RestartLoss::unit).forEach(lost::add);
        }

        Judgement judgement(List<Undecided> byDrop) {
            Map<String, Outcome> now = new HashMap<>();
            after.forEach((name, unit) -> now.put(name, outcome(unit)));
            List<Change> changes = new ArrayList<>();
            Map<String, Outcome> old = outcomes(baseline);
            for (String name : different(old, now)) {
                if (!fickle.contains(name)) {
                    changes.add(change(name, orGone(old.get(name)), orGone(now.get(name))));
                }
            }
            List<Effect> counted =
                    forecast.effects().stream().filter(e -> !fickle.contains(e.unit())).toList();
            List<Effect> wrong =
                    counted.stream().filter(e -> changes(e.after(), now.get(e.unit()))).toList();
            return new Judgement(boot, changes, counted.size(), wrong, byDrop);
        }

        private Change change(String name, Outcome before, Outcome now) {
            return new Change(
                    boot,
                    name,
                    before,
                    now,
                    status(after.get(name)),
                    verdict(name, now),
                    said(name));
        }

        private Change.Verdict verdict(String name, Outcome now) {
            Effect effect = effects.get(name);
            if (effect != null) {
                return effect.after() == now ? Change.Verdict.FORETOLD : Change.Verdict.SURPRISE;
            }
            if (lost.contains(name)) {
                return now == Outcome.ACTIVE ? Change.Verdict.SURPRISE : Change.Verdict.FORETOLD;
            }
            return open.containsKey(name) ? Change.Verdict.UNDECIDED : Change.Verdict.SURPRISE;
        }

        private String said(String name) {
            Effect effect = effects.get(name);
            Undecided undecided = open.get(name);
            if (effect != null) {
                return effect.after().word();
            }
            if (undecided != null) {
                return "undecided: " + undecided.why();
            }
            return lost.contains(name) ? "ended by the restart" : "nothing";
        }

        private static String status(@Nullable UnitState unit) {
            UnitExit exit = unit == null || unit.detail() == null ? null : unit.detail().exit();
            if (exit == null || exit.result().equals("success")) {
                return "";
            }
            return exit.code() == 0
                    ? exit.result()
                    : exit.result() + " " + ExitStatus.format(exit.status());
        }
    }
}
