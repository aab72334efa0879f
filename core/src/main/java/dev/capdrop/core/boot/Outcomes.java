package dev.capdrop.core.boot;

import dev.capdrop.core.boot.UnitLoader.LoadedUnit;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.UnitState.LoadState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import module java.base;

/// Decides the outcome of every unit of a boot: first by itself, in systemd's order (whether
/// anything starts it, conditions, assertions, the kernel's refusals, its program; src/core/unit.c,
/// `unit_start`), then by the dependencies that may keep it back ([Dependency]), until nothing
/// changes.
final class Outcomes {
    private final BootUnits boot;
    private final ForecastBoot.Surroundings surroundings;
    private final Set<String> given;
    private final Map<String, Outcome> outcomes = new TreeMap<>();

    private Outcomes(BootUnits boot, ForecastBoot.Surroundings surroundings, Set<String> given) {
        this.boot = boot;
        this.surroundings = surroundings;
        this.given = given;
    }

    static Map<String, Outcome> of(
            BootUnits boot,
            ForecastBoot.Surroundings surroundings,
            Map<String, UnitConditions> tests,
            Set<String> given) {
        Outcomes all = new Outcomes(boot, surroundings, given);
        for (LoadedUnit unit : boot.units().values()) {
            UnitConditions results = tests.getOrDefault(unit.name(), UnitConditions.NONE);
            all.outcomes.put(unit.name(), all.byItself(unit, results));
        }
        all.keepBack();
        return all.outcomes;
    }

    private Outcome byItself(LoadedUnit unit, UnitConditions tests) {
        if (given.contains(unit.name())) {
            return Outcome.ACTIVE;
        }
        if (boot.started().contains(unit.name()) && unit.state() == LoadState.UNREAD) {
            return Outcome.UNDECIDED;
        }
        if (!boot.started().contains(unit.name()) || unit.state() != LoadState.LOADED) {
            return Outcome.NOT_STARTED;
        }
        Condition.Result conditions = Conditions.list(tests.conditions());
        Condition.Result asserts = Conditions.list(tests.asserts());
        if (conditions != Condition.Result.SUCCEEDED) {
            return conditions == Condition.Result.FAILED ? Outcome.SKIPPED : Outcome.UNDECIDED;
        }
        if (asserts != Condition.Result.SUCCEEDED) {
            return asserts == Condition.Result.FAILED ? Outcome.NOT_STARTED : Outcome.UNDECIDED;
        }
        if (surroundings.refuse(unit)) {
            return Outcome.FAILED;
        }
        return unit.isDecidedByProgram()
                ? Outcome.STARTED
                : unit.endsAfterWork() ? Outcome.INACTIVE : Outcome.ACTIVE;
    }

    private void keepBack() {
        List<String> names = List.copyOf(boot.started());
        Map<String, List<Integer>> hanging = hanging(names);
        Dependencies.Rounds rounds = new Dependencies.Rounds(names.size());
        for (int at = rounds.next(); at >= 0; at = rounds.next()) {
            String name = names.get(at);
            Outcome now = outcomes.getOrDefault(name, Outcome.NOT_STARTED);
            Outcome next =
                    now != Outcome.NOT_STARTED && !given.contains(name) ? after(name, now) : now;
            outcomes.put(name, next);
            if (next != now) {
                rounds.again(at);
                hanging.getOrDefault(name, List.of()).forEach(rounds::again);
            }
        }
    }

    private Map<String, List<Integer>> hanging(List<String> names) {
        Map<String, List<Integer>> hanging = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            Dependencies dependencies = boot.dependencies(names.get(i));
            for (Dependency kind : Dependency.keeping()) {
                for (String other : dependencies.of(kind)) {
                    hanging.computeIfAbsent(other, _ -> new ArrayList<>()).add(i);
                }
            }
        }
        return hanging;
    }

    private Outcome after(String name, Outcome now) {
        Dependencies dependencies = boot.dependencies(name);
        Set<String> behind = Set.copyOf(dependencies.of(Dependency.AFTER));
        boolean stopped = false;
        boolean rests = false;
        for (Dependency kind : Dependency.keeping()) {
            for (String other : dependencies.of(kind)) {
                boolean ordered = behind.contains(other);
                Dependency.Consequence consequence =
                        isPassedOver(kind, other)
                                ? Dependency.Consequence.NONE
                                : kind.consequence(standing(other), ordered);
                if (consequence == Dependency.Consequence.KEPT_BACK) {
                    return Outcome.NOT_STARTED;
                }
                stopped |= consequence == Dependency.Consequence.STOPPED;
                rests |= mayFail(other) && kind.restsOnOther(ordered);
            }
        }
        if (now == Outcome.SKIPPED) {
            return now;
        }
        if (stopped) {
            return Outcome.INACTIVE;
        }
        boolean goesOn = now == Outcome.ACTIVE || now == Outcome.INACTIVE;
        return goesOn && rests ? Outcome.STARTED : now;
    }

    private boolean isPassedOver(Dependency kind, String name) {
        LoadedUnit unit = boot.units().get(name);
        boolean missing = unit == null || unit.state() == LoadState.NOT_FOUND;
        return missing && kind.passesOverMissing(surroundings.facts().systemdVersion());
    }

    private boolean mayFail(String name) {
        Outcome outcome = outcomes.getOrDefault(name, Outcome.NOT_STARTED);
        return outcome == Outcome.STARTED || outcome == Outcome.UNDECIDED;
    }

    private Dependency.Standing standing(String name) {
        LoadedUnit unit = boot.units().get(name);
        Outcome outcome = outcomes.getOrDefault(name, Outcome.NOT_STARTED);
        if (outcome == Outcome.STARTED && unit != null && unit.endsAfterWork()) {
            return Dependency.Standing.ENDED;
        }
        boolean asked = boot.started().contains(name) && loads(name);
        return outcome == Outcome.NOT_STARTED && !asked
                ? Dependency.Standing.ABSENT
                : outcome.standing();
    }

    private boolean loads(String name) {
        LoadedUnit unit = boot.units().get(name);
        return unit != null
                && (unit.state() == LoadState.LOADED || unit.state() == LoadState.UNREAD);
    }

    /// A unit's conditions and assertions, each tested by itself.
    record UnitConditions(List<Condition.Tested> conditions, List<Condition.Tested> asserts) {
        static final UnitConditions NONE = new UnitConditions(List.of(), List.of());

        static UnitConditions of(LoadedUnit unit, ForecastBoot.Surroundings surroundings) {
            return new UnitConditions(
                    tested(unit, "Condition", surroundings), tested(unit, "Assert", surroundings));
        }

        List<Condition.Tested> untested() {
            return conditions.stream()
                    .map(row -> new Condition.Tested(row.condition(), Condition.Result.UNTESTED))
                    .toList();
        }

        private static List<Condition.Tested> tested(
                LoadedUnit unit, String family, ForecastBoot.Surroundings surroundings) {
            return WrittenConditions.of(unit, family, surroundings.facts()).stream()
                    .map(line ->
                            new Condition.Tested(
                                    line.condition(),
                                    line.undecided()
                                            ? Condition.Result.UNDECIDED
                                            : Conditions.test(
                                                    line.condition(), surroundings.machine())))
                    .toList();
        }
    }
}
