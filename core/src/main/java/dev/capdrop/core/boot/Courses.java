package dev.capdrop.core.boot;

import dev.capdrop.core.condition.ConditionResult;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.unit.BootUnits;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.Dependency.Consequence;
import dev.capdrop.core.unit.LoadState;
import dev.capdrop.core.unit.LoadedUnit;
import dev.capdrop.core.unit.Rounds;
import dev.capdrop.core.unit.Standing;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What becomes of every unit of a boot: first by itself, then by what it hangs on.
///
/// What a unit hangs on may keep it back ([Dependency] says when); its conditions are not asked
/// then.
final class Courses {
    private static final Set<Dependency> HANGS =
            EnumSet.of(Dependency.REQUIRES, Dependency.BINDS_TO, Dependency.REQUISITE);

    /// Of the versions in between nothing is known.
    private static final int REFUSES_MISSING = 253;

    private final BootUnits boot;
    private final int version;
    private final Set<String> given;
    private final Refusal refusal;
    private final Map<String, Course> courses = new TreeMap<>();

    private Courses(BootUnits boot, int version, Set<String> given, Refusal refusal) {
        this.boot = boot;
        this.version = version;
        this.given = given;
        this.refusal = refusal;
    }

    /// @param version the first number of systemd's
    /// @param tests the conditions and assertions of the units, by the units' names
    /// @param given the mounts that are there before systemd begins
    /// @param refusal what the kernel refuses
    static Map<String, Course> of(
            BootUnits boot,
            int version,
            Map<String, UnitTests> tests,
            Set<String> given,
            Refusal refusal) {
        Courses all = new Courses(boot, version, given, refusal);
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
        boolean stopped = false;
        boolean rests = false;
        for (Dependency kind : HANGS) {
            for (String other : dependencies.of(kind)) {
                boolean ordered = dependencies.has(Dependency.AFTER, other);
                Consequence its =
                        isPassedOver(kind, other)
                                ? Consequence.NONE
                                : kind.consequence(standing(other), ordered);
                if (its == Consequence.KEPT_BACK) {
                    return Course.NOT_STARTED;
                }
                stopped |= its == Consequence.STOPPED;
                rests |= mayFail(other) && kind.restsOnOther(ordered);
            }
        }
        if (now == Course.SKIPPED) {
            return now;
        }
        if (stopped) {
            return Course.ENDED;
        }
        boolean goesOn = now == Course.ACTIVE || now == Course.ENDED;
        return goesOn && rests ? Course.STARTED : now;
    }

    /// Whether systemd starts what requires this one as if it did not: for want of a file, as seen
    /// on 247 and 252, and no longer on 257.
    private boolean isPassedOver(Dependency kind, String name) {
        LoadedUnit unit = boot.units().get(name);
        boolean missing = unit == null || unit.state() == LoadState.NOT_FOUND;
        return missing && kind != Dependency.BINDS_TO && version < REFUSES_MISSING;
    }

    /// Whether it may yet fail.
    private boolean mayFail(String name) {
        Course course = courses.getOrDefault(name, Course.NOT_STARTED);
        return course == Course.STARTED || course == Course.OPEN;
    }

    /// How it comes out, should its program do well.
    private Standing standing(String name) {
        LoadedUnit unit = boot.units().get(name);
        return switch (courses.getOrDefault(name, Course.NOT_STARTED)) {
            case ACTIVE, OPEN -> Standing.UP;
            case STARTED -> unit != null && OwnProgram.ends(unit) ? Standing.ENDED : Standing.UP;
            case ENDED -> Standing.ENDED;
            case SKIPPED -> Standing.SKIPPED;
            case FAILED -> Standing.FAILED;
            case NOT_STARTED ->
                    boot.started().contains(name) && loads(name)
                            ? Standing.NOT_STARTED
                            : Standing.ABSENT;
        };
    }

    private boolean loads(String name) {
        LoadedUnit unit = boot.units().get(name);
        return unit != null
                && (unit.state() == LoadState.LOADED || unit.state() == LoadState.UNREAD);
    }
}
