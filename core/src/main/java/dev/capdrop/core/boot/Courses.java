package dev.capdrop.core.boot;

import dev.capdrop.core.condition.ConditionResult;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.unit.BootUnits;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.LoadState;
import dev.capdrop.core.unit.LoadedUnit;
import dev.capdrop.core.unit.Rounds;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What becomes of every unit of a boot: first by itself, then by what it hangs on.
///
/// A unit is kept back when something that it requires and is ordered behind fails or is kept back,
/// when it binds itself to something that is skipped, and when something that has to be active
/// already is not (systemd.unit(5), "Requires=", "BindsTo=", "Requisite="). Its conditions are not
/// asked then.
final class Courses {
    private static final Set<Dependency> HANGS =
            EnumSet.of(Dependency.REQUIRES, Dependency.BINDS_TO, Dependency.REQUISITE);

    private final BootUnits boot;
    private final Set<String> given;
    private final Refusal refusal;
    private final Map<String, Course> courses = new TreeMap<>();

    private Courses(BootUnits boot, Set<String> given, Refusal refusal) {
        this.boot = boot;
        this.given = given;
        this.refusal = refusal;
    }

    /// @param tests the conditions and assertions of the units, by the units' names
    /// @param given the mounts that are there before systemd begins
    /// @param refusal what the kernel refuses
    static Map<String, Course> of(
            BootUnits boot, Map<String, UnitTests> tests, Set<String> given, Refusal refusal) {
        Courses all = new Courses(boot, given, refusal);
        for (LoadedUnit unit : boot.units().values()) {
            UnitTests results = tests.getOrDefault(unit.name(), UnitTests.NONE);
            all.courses.put(unit.name(), all.byItself(unit, results));
        }
        all.keepBack();
        return all.courses;
    }

    private Course byItself(LoadedUnit unit, UnitTests tests) {
        if (given.contains(unit.name())) {
            return Course.ACTIVE;
        }
        if (boot.started().contains(unit.name()) && unit.state() == LoadState.UNREAD) {
            return Course.OPEN;
        }
        if (!boot.started().contains(unit.name()) || unit.state() != LoadState.LOADED) {
            return Course.NOT_STARTED;
        }
        ConditionResult conditions = Conditions.list(tests.conditions());
        ConditionResult asserts = Conditions.list(tests.asserts());
        if (conditions == ConditionResult.FAILED) {
            return Course.SKIPPED;
        }
        if (conditions != ConditionResult.SUCCEEDED) {
            return Course.OPEN;
        }
        if (asserts != ConditionResult.SUCCEEDED) {
            return asserts == ConditionResult.FAILED ? Course.NOT_STARTED : Course.OPEN;
        }
        if (refusal.refuses(unit)) {
            return Course.FAILED;
        }
        if (OwnProgram.decides(unit)) {
            return Course.STARTED;
        }
        return OwnProgram.ends(unit) ? Course.ENDED : Course.ACTIVE;
    }

    private void keepBack() {
        List<String> names = List.copyOf(boot.started());
        Map<String, List<Integer>> hanging = hanging(names);
        Rounds rounds = new Rounds(names.size());
        for (int at = rounds.next(); at >= 0; at = rounds.next()) {
            String name = names.get(at);
            Course now = courses.getOrDefault(name, Course.NOT_STARTED);
            Course next =
                    now != Course.NOT_STARTED && !given.contains(name) ? after(name, now) : now;
            courses.put(name, next);
            if (next != now) {
                rounds.again(at);
                hanging.getOrDefault(name, List.of()).forEach(rounds::again);
            }
        }
    }

    /// The positions of the units that hang on each.
    private Map<String, List<Integer>> hanging(List<String> names) {
        Map<String, List<Integer>> hanging = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            Dependencies dependencies = boot.dependencies(names.get(i));
            for (Dependency kind : HANGS) {
                for (String other : dependencies.of(kind)) {
                    hanging.computeIfAbsent(other, _ -> new ArrayList<>()).add(i);
                }
            }
        }
        return hanging;
    }

    private Course after(String name, Course now) {
        Dependencies dependencies = boot.dependencies(name);
        for (String other : dependencies.of(Dependency.REQUIRES)) {
            if (lost(other) && (dependencies.has(Dependency.AFTER, other) || !loads(other))) {
                return Course.NOT_STARTED;
            }
        }
        for (String other : dependencies.of(Dependency.BINDS_TO)) {
            Course its = courses.getOrDefault(other, Course.NOT_STARTED);
            if (lost(other)
                    || (dependencies.has(Dependency.AFTER, other) && its == Course.SKIPPED)) {
                return Course.NOT_STARTED;
            }
        }
        for (String other : dependencies.of(Dependency.REQUISITE)) {
            Course its = courses.getOrDefault(other, Course.NOT_STARTED);
            if (its != Course.ACTIVE && its != Course.STARTED && its != Course.OPEN) {
                return Course.NOT_STARTED;
            }
        }
        boolean goesOn = now == Course.ACTIVE || now == Course.ENDED;
        return goesOn && restsWithOthers(dependencies) ? Course.STARTED : now;
    }

    /// Whether something that may yet fail would keep it from starting.
    private boolean restsWithOthers(Dependencies dependencies) {
        return dependencies.of(Dependency.BINDS_TO).stream().anyMatch(this::mayFail)
                || dependencies.of(Dependency.REQUISITE).stream().anyMatch(this::mayFail)
                || dependencies.of(Dependency.REQUIRES).stream()
                        .anyMatch(o -> mayFail(o) && dependencies.has(Dependency.AFTER, o));
    }

    private boolean mayFail(String name) {
        Course course = courses.getOrDefault(name, Course.NOT_STARTED);
        return course == Course.STARTED || course == Course.OPEN;
    }

    private boolean lost(String name) {
        Course course = courses.getOrDefault(name, Course.NOT_STARTED);
        return course == Course.NOT_STARTED || course == Course.FAILED;
    }

    private boolean loads(String name) {
        LoadedUnit unit = boot.units().get(name);
        return unit != null
                && (unit.state() == LoadState.LOADED || unit.state() == LoadState.UNREAD);
    }
}
