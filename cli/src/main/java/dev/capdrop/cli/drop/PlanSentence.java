package dev.capdrop.cli.drop;

import dev.capdrop.cli.render.Text;
import dev.capdrop.core.document.Names;
import dev.capdrop.core.forecast.EngineEffect;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Plan.Conflict.Constraint.Kind;
import dev.capdrop.core.snapshot.Outcome;
import module java.base;

/// Puts a plan into one sentence: the drop, what it heals and costs, and systemd's state.
public final class PlanSentence {
    private static final int MOST = 3;

    private PlanSentence() {}

    public static Text of(Plan plan) {
        Forecast forecast = plan.forecast();
        if (plan.widening() != null && !plan.widens()) {
            return Text.foreign(plan.widening().refusal());
        }
        if (!plan.remarks().blind().isEmpty() || forecast.isEmpty() || !forecast.boots()) {
            return drop(plan);
        }
        List<String> effects = effects(plan);
        String state = state(forecast);
        if (effects.isEmpty() && state.isEmpty()) {
            return drop(plan);
        }
        String separator = effects.isEmpty() || state.isEmpty() ? "" : "; ";
        return Text.of(
                "%s: %s%s%s",
                drop(plan), Text.whole(String.join(", ", effects)), separator, Text.whole(state));
    }

    private static Text drop(Plan plan) {
        if (plan.widens()) {
            return Text.of("allow nesting").strong();
        }
        Text goal =
                plan.goal() == Plan.Goal.HEALTHY
                        ? Text.EMPTY
                        : Text.of("goal %s%s: ", plan.goal().word(), record(plan));
        if (!plan.drop().isEmpty()) {
            return Text.of("%sdrop %s", goal, Text.from(plan.drop()).strong());
        }
        return plan.heals()
                ? Text.of("%snothing to drop, a restart is enough", goal)
                : Text.of("%snothing to drop", goal);
    }

    private static Text record(Plan plan) {
        UseHistory.Covered covered = plan.weighing().covered();
        if (covered == null) {
            return Text.EMPTY;
        }
        Text life = LearnedText.covered(covered);
        return covered.isThin()
                ? Text.of(", by a %s (%s%s)", Text.of("thin record").bad(), life, lost(covered))
                : Text.of(", by a record of %s", life);
    }

    private static Text lost(UseHistory.Covered covered) {
        return covered.lost() == 0 ? Text.EMPTY : Text.of(", %s checks lost", covered.lost());
    }

    private static List<String> effects(Plan plan) {
        List<Effect> changes = plan.forecast().changes();
        List<Forecast.Undecided> undecided = plan.forecast().undecided();
        List<String> parts = new ArrayList<>();
        long skipped = count(changes, e -> failed(e) && e.after() == Outcome.SKIPPED);
        long freed = count(changes, e -> e.turnedBy() == Effect.TurnedBy.NESTING);
        long otherwise = count(changes, e -> failed(e) && e.after() != Outcome.SKIPPED) - freed;
        if (skipped > 0) {
            parts.add(failedUnits(skipped) + " will be skipped");
        }
        if (otherwise > 0) {
            parts.add(failedUnits(otherwise) + " will no longer fail");
        }
        if (freed > 0) {
            parts.add(failedUnits(freed) + " will be set up and started");
        } else if (plan.widens()) {
            int hindered = plan.widening() == null ? 0 : plan.widening().units().size();
            parts.add(
                    hindered
                            + (hindered == 1 ? " unit" : " units")
                            + " that AppArmor refuses mounts will be set up and started");
        }
        if (plan.drop().isEmpty()) {
            return parts;
        }
        long lost = count(changes, e -> isLost(e) && e.before() != Outcome.STARTED);
        long unstarted = count(changes, e -> isLost(e) && e.before() == Outcome.STARTED);
        long open = count(undecided, u -> u.byDrop() && u.before().isUp());
        List<EngineEffect> engines = plan.forecast().engines();
        long refused = count(engines, EngineEffect::isLost);
        long openInside = count(engines, EngineEffect::isOpen);
        if (lost == 0 && unstarted == 0 && refused == 0) {
            parts.add(
                    open == 0 && openInside == 0
                            ? "nothing is lost"
                            : open == 0
                                    ? "no unit is lost"
                                    : "no unit is known to be lost, " + open + " may be");
        } else {
            add(parts, lost, "unit that runs is lost", "units that run are lost");
            add(parts, unstarted, "unit will not be started", "units will not be started");
            add(
                    parts,
                    refused,
                    "container inside will not start again",
                    "containers inside will not start again");
            add(parts, open, "more may be lost", "more may be lost");
        }
        add(
                parts,
                openInside,
                "container inside or store of some may be lost",
                "containers inside or stores of some may be lost");
        return parts;
    }

    /// Whether the drop loses the unit; one that nobody has seen run would only be started.
    private static boolean isLost(Effect effect) {
        return effect.turnedBy() == Effect.TurnedBy.DROP
                && effect.before().isUp()
                && !effect.after().isUp();
    }

    public static boolean failed(Effect effect) {
        return effect.before() == Outcome.FAILED;
    }

    /// Returns systemd's words for the container now and then; empty where it stays well.
    private static String state(Forecast forecast) {
        List<String> open =
                forecast.undecided().stream()
                        .filter(undecided -> undecided.before() == Outcome.FAILED)
                        .map(Forecast.Undecided::unit)
                        .toList();
        boolean degraded =
                !open.isEmpty() || forecast.effects().stream().anyMatch(PlanSentence::failed);
        List<String> failing =
                forecast.effects().stream()
                        .filter(effect -> effect.after() == Outcome.FAILED)
                        .map(Effect::unit)
                        .toList();
        if (!failing.isEmpty()) {
            return (degraded ? "stays degraded" : "running -> degraded") + because(failing);
        }
        if (!open.isEmpty()) {
            return "may stay degraded" + because(open);
        }
        return degraded ? "degraded -> running expected" : "";
    }

    private static String because(List<String> units) {
        return " because of %s (see capdrop check)"
                .formatted(Names.some(units.stream().sorted().toList(), MOST));
    }

    private static void add(List<String> parts, long count, String singular, String plural) {
        if (count > 0) {
            parts.add(count + " " + (count == 1 ? singular : plural));
        }
    }

    public static String failedUnits(long number) {
        return number + (number == 1 ? " failed unit" : " failed units");
    }

    public static <T> long count(List<T> all, Predicate<T> counts) {
        return all.stream().filter(counts).count();
    }

    public static Text of(Plan.Conflict conflict) {
        List<Text> parts = new ArrayList<>();
        conflict.names(Kind.DROP).forEach(name -> parts.add(Text.of("--drop %s", name)));
        conflict.names(Kind.HEAL).forEach(unit -> parts.add(Text.of("healing %s", unit)));
        conflict.names(Kind.KEEP).forEach(name -> parts.add(Text.of("--keep %s", name)));
        if (!conflict.loses().isEmpty()) {
            parts.add(Text.of("keeping %s working", Text.names(conflict.loses())));
        }
        Text begin =
                conflict.dropped()
                        ? Text.of("conflict: ")
                        : Text.of(
                                "not healed: %s wants %s dropped; ",
                                conflict.heals().getFirst(), conflict.capabilities());
        String end = conflict.loses().isEmpty() ? "" : " (--allow-skip gives a unit up)";
        return Text.of("%s%s exclude each other%s", begin, Text.listed(parts), end);
    }
}
