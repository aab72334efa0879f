package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.document.Names;
import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.execution.Execution;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.Plan.Kept;
import dev.capdrop.core.plan.Planner.Refusal;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Goal `least`: every capability that nothing was seen to use, except what is known to be used
/// unseen, what the forecast says is certainly lost without, and what a unit of which no boot was
/// seen may miss.
final class LeastDrop {
    /// The capabilities that systemd takes when it stops a unit or the container, which a watch
    /// need not cover. Source: src/core/exec-invoke.c, `capability_bounding_set_drop`; kill(2),
    /// reboot(2).
    private static final Map<String, String> SYSTEMD =
            Map.of(
                    "setpcap", "systemd takes it to drop the others from a service",
                    "kill", "systemd takes it to stop the services of other users",
                    "sys_boot", "systemd takes it to shut the container down");

    /// Conditions that hold once a file is there (systemd.unit(5)).
    private static final Set<String> FILE_CONDITIONS =
            Set.of(
                    "PathExists",
                    "PathExistsGlob",
                    "PathIsDirectory",
                    "DirectoryNotEmpty",
                    "FileNotEmpty");

    private static final List<String[]> BY_HAND = ResourceTable.rows("plan/by-hand.tsv");
    private static final int NAMED = 3;
    private static final int MOST_GAPS = 10;

    static @Nullable UseHistory learnt(Snapshot snapshot) {
        UseHistory learnt = snapshot.learnt();
        return learnt == null || learnt.units().isEmpty() ? null : learnt;
    }

    static @Nullable Refusal refusal(Snapshot snapshot) {
        UseHistory learnt = learnt(snapshot);
        return learnt == null
                ? new Refusal.NothingLearnt(snapshot.subject())
                : learnt.covered().lossy() == 0
                        ? null
                        : new Refusal.ChecksLost(snapshot.subject(), learnt.covered());
    }

    static GoalSearch.Found of(
            Need need, Systemd systemd, UseHistory learnt, CapabilitySet keep, Trials trials) {
        CapabilitySet base = trials.base();
        return trials.free(
                base,
                capability -> {
                    Kept needed = needed(capability, need, systemd, learnt, keep);
                    String why = "among those that %s sets for itself";
                    return needed == null
                            ? ofUnits(capability, need.setting(capability, base), why)
                            : needed;
                });
    }

    private static @Nullable Kept needed(
            Capability capability,
            Need need,
            Systemd units,
            UseHistory learnt,
            CapabilitySet keep) {
        if (keep.contains(capability)) {
            return new Kept(capability, Kept.By.REQUEST, List.of(), "--keep names it");
        }
        List<String> users = learnt.units(capability.number(), Meaning.USED);
        if (!users.isEmpty()) {
            return new Kept(capability, Kept.By.USE, users, "seen in use by " + names(users));
        }
        String wanted = SYSTEMD.get(capability.name());
        if (wanted != null) {
            return new Kept(capability, Kept.By.SYSTEMD, List.of(), wanted);
        }
        Kept given = need.isInert(capability) ? null : ambient(capability, units);
        return given == null ? need.unseen(capability) : given;
    }

    /// Keeps what settings give a running unit, seen or not; systemd 246 and later omits it
    /// silently.
    private static @Nullable Kept ambient(Capability capability, Systemd systemd) {
        List<String> units =
                systemd.units().stream()
                        .filter(unit -> Outcome.of(unit).isUp())
                        .filter(unit -> Execution.of(unit).ambient().contains(capability))
                        .map(UnitState::name)
                        .toList();
        return ofUnits(capability, units, "AmbientCapabilities= of %s gives it");
    }

    private static @Nullable Kept ofUnits(Capability capability, List<String> units, String why) {
        return units.isEmpty()
                ? null
                : new Kept(capability, Kept.By.UNIT, units, why.formatted(names(units)));
    }

    private static String name(String unit) {
        return switch (unit) {
            case "" -> "processes of no unit";
            case Tallies.PID_1 -> "PID 1";
            case Tallies.FROM_OUTSIDE -> "processes that came in from outside";
            default -> unit;
        };
    }

    private static String names(List<String> units) {
        return Names.some(units.stream().map(LeastDrop::name).toList(), NAMED);
    }

    /// Returns the work that no watch shows and this goal takes away: that of services without
    /// configuration (systemd.unit(5), "Conditions and Asserts"), and that of people.
    static List<String> gaps(Systemd systemd, CapabilitySet drop) {
        List<String> gaps = new ArrayList<>();
        List<String> waiting =
                systemd.units().stream().map(LeastDrop::waiting).filter(Objects::nonNull).toList();
        if (!waiting.isEmpty()) {
            gaps.add(
                    "what these use once they are configured, for which alone they are skipped: "
                            + Names.some(waiting, MOST_GAPS));
        }
        String tools =
                BY_HAND.stream()
                        .filter(row -> drop.contains(Capability.of(row[0])))
                        .map(row -> "without " + row[0] + " " + row[1])
                        .collect(Collectors.joining("; "));
        if (!tools.isEmpty()) {
            gaps.add("what people run by hand, and is refused then: " + tools);
        }
        return gaps;
    }

    private static @Nullable String waiting(UnitState unit) {
        List<Condition> failed =
                unit.conditions().stream()
                        .filter(row -> row.result() == Condition.Result.FAILED)
                        .map(Condition.Tested::condition)
                        .toList();
        return Outcome.of(unit) == Outcome.SKIPPED
                        && unit.detail().files().state().equals("enabled")
                        && !failed.isEmpty()
                        && failed.stream().noneMatch(Condition::negate)
                        && failed.stream().allMatch(it -> FILE_CONDITIONS.contains(it.type()))
                ? unit.name() + " (" + failed.getFirst().format() + ")"
                : null;
    }
}
