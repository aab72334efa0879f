package dev.capdrop.lab.boots;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.RestartLoss;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.unit.UnitName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Holds the forecasts of one image against its boots.
///
/// A unit changes when a boot leaves it in another state than the baseline's. What differs between
/// boots without any drop is fickle: no forecast of it is counted, neither for nor against, nor one
/// of what a quota of the host decided. Of a unit of which a forecast from files says that it is
/// started as it is without the drop, it says that it comes out as in the baseline.
final class Judge {
    private final Snapshot baseline;
    private final Forecaster forecaster;
    private final CapabilitySet bounding;
    private final Map<String, Seen> before;
    private final Set<String> fickle = new TreeSet<>();

    /// The judge of the forecasts that are made from the baseline.
    Judge(Recorded recorded) {
        this(recorded, recorded.baseline());
    }

    /// @param source what the forecasts are made from
    Judge(Recorded recorded, Snapshot source) {
        this.baseline = recorded.baseline();
        this.forecaster = Forecaster.over(source);
        this.bounding = NextStart.of(source).bounding();
        this.before = Seen.all(baseline);
        for (Boot boot : recorded.boots()) {
            if (boot.units() != null && dropped(baseline, boot).isEmpty()) {
                fickle.addAll(different(before, boot.units()));
            }
        }
    }

    /// One judgement of each boot that dropped something which the container held.
    List<Judgement> judge(List<Boot> boots) {
        return boots.stream()
                .filter(boot -> !dropped(baseline, boot).isEmpty())
                .map(this::judge)
                .toList();
    }

    /// The units whose state varies by itself.
    Set<String> fickle() {
        return fickle;
    }

    /// What of a boot's drop the container would have held.
    private static CapabilitySet dropped(Snapshot baseline, Boot boot) {
        if (baseline.init() == null) {
            throw new IllegalArgumentException("the baseline does not run");
        }
        return boot.drop().intersect(baseline.init().bounding());
    }

    /// The judgement of this boot, whatever it dropped.
    Judgement judge(Boot boot) {
        Forecast forecast = forecaster.forecast(bounding.minus(boot.drop()));
        List<Undecided> open = forecast.undecided().stream().filter(Undecided::byDrop).toList();
        return boot.units() == null
                ? notBooted(boot, forecast, open)
                : new Comparison(boot, boot.units(), forecast).judgement(open);
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
                        forecast.boots() ? Change.Verdict.SURPRISE : Change.Verdict.FORECAST,
                        forecast.boots() ? "a boot" : forecast.obstacle());
        return new Judgement(boot, List.of(change), 0, List.of(), open, 0, rules(forecast));
    }

    private static Set<Rule> rules(Forecast forecast) {
        Set<Rule> rules = new HashSet<>();
        forecast.effects().forEach(effect -> rules.add(effect.rule()));
        forecast.undecided().forEach(one -> rules.add(one.rule()));
        forecast.lostByRestart().forEach(loss -> rules.add(loss.rule()));
        return rules;
    }

    private static Set<String> different(Map<String, Seen> before, Map<String, Seen> after) {
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        names.removeIf(name -> !changes(outcome(before, name), outcome(after, name)));
        return names;
    }

    private static @Nullable Outcome outcome(Map<String, Seen> units, String name) {
        Seen seen = units.get(name);
        return seen == null ? null : seen.outcome();
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
            case ACTIVE, UNDECIDED, STARTED, SKIPPED, FAILED -> false;
        };
    }

    private static Outcome orGone(@Nullable Outcome outcome) {
        return outcome == null ? Outcome.NOT_STARTED : outcome;
    }

    /// One boot beside its forecast.
    private final class Comparison {
        private final Boot boot;
        private final Forecast forecast;
        private final Map<String, Seen> after;
        private final Map<String, Effect> effects = new HashMap<>();
        private final Map<String, Undecided> open = new HashMap<>();
        private final Set<String> lost = new TreeSet<>();

        Comparison(Boot boot, Map<String, Seen> after, Forecast forecast) {
            this.boot = boot;
            this.forecast = forecast;
            this.after = after;
            forecast.effects().forEach(effect -> effects.put(effect.unit(), effect));
            forecast.undecided().forEach(one -> open.put(one.unit(), one));
            forecast.lostByRestart().stream().map(RestartLoss::unit).forEach(lost::add);
        }

        Judgement judgement(List<Undecided> byDrop) {
            List<Change> changes = new ArrayList<>();
            for (String name : different(before, after)) {
                if (isCounted(name)) {
                    changes.add(
                            change(
                                    name,
                                    orGone(outcome(before, name)),
                                    orGone(outcome(after, name))));
                }
            }
            List<Effect> counted =
                    forecast.effects().stream().filter(e -> isCounted(e.unit())).toList();
            List<Effect> wrong =
                    counted.stream()
                            .filter(e -> changes(said(e), outcome(after, e.unit())))
                            .filter(e -> !failsAllTheSame(e))
                            .toList();
            int anyway = forecast.undecided().size() - byDrop.size();
            return new Judgement(
                    boot, changes, counted.size(), wrong, byDrop, anyway, rules(forecast));
        }

        private boolean failsAllTheSame(Effect effect) {
            Seen seen = after.get(effect.unit());
            return said(effect) == Outcome.FAILED && seen != null && seen.failsAllTheSame();
        }

        private boolean isCounted(String unit) {
            return !fickle.contains(unit) && !HostLimits.met(boot, unit);
        }

        private @Nullable Outcome said(Effect effect) {
            return effect.after() == Outcome.STARTED
                    ? outcome(before, effect.unit())
                    : effect.after();
        }

        private Change change(String name, Outcome old, Outcome now) {
            Seen seen = after.get(name);
            return new Change(
                    boot,
                    name,
                    old,
                    now,
                    seen == null ? "" : seen.status(),
                    verdict(name, now),
                    said(name));
        }

        private Change.Verdict verdict(String name, Outcome now) {
            Effect effect = effects.get(name);
            if (effect != null) {
                return said(effect) == now ? Change.Verdict.FORECAST : Change.Verdict.SURPRISE;
            }
            if (lost.contains(name)) {
                return now == Outcome.ACTIVE ? Change.Verdict.SURPRISE : Change.Verdict.FORECAST;
            }
            Undecided undecided = open(name);
            if (undecided == null) {
                return Change.Verdict.SURPRISE;
            }
            return undecided.byDrop() ? Change.Verdict.UNDECIDED : Change.Verdict.UNDECIDED_ANYWAY;
        }

        /// What is said of a template is said of each of its instances that is not named itself.
        private @Nullable Undecided open(String name) {
            Undecided itself = open.get(name);
            return itself == null && UnitName.isInstance(name)
                    ? open.get(UnitName.template(name))
                    : itself;
        }

        private String said(String name) {
            Effect effect = effects.get(name);
            Undecided undecided = open(name);
            if (effect != null) {
                return effect.after().word();
            }
            if (undecided != null) {
                return "undecided: " + undecided.why();
            }
            return lost.contains(name) ? "ended by the restart" : "nothing";
        }
    }
}
