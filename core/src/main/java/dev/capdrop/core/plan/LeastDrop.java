package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.Names;
import dev.capdrop.core.execution.Execution;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Tallies;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.GoalSearch.Found;
import dev.capdrop.core.plan.Plan.Kept;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Goal `least`: every capability that nothing in the container was seen to use, except what is
/// known to be used without being seen.
///
/// "Not seen" is no proof: what is dropped is what the record and its coverage say, and that is
/// told with it. What the forecast says is certainly lost without a capability keeps it, and so
/// does a unit that may miss it and of which no boot was seen.
final class LeastDrop {
    /// The capabilities that systemd takes at times that a watch need not cover: when it stops a
    /// unit, or the container.
    ///
    /// Source: src/core/exec-invoke.c, `capability_bounding_set_drop`; kill(2) of a process of
    /// another user; reboot(2).
    private static final Map<String, String> SYSTEMD =
            Map.of(
                    "setpcap", "systemd takes it to drop the others from a service",
                    "kill", "systemd takes it to stop the services of other users",
                    "sys_boot", "systemd takes it to shut the container down");

    private static final int NAMED = 3;

    private LeastDrop() {}

    static @Nullable UseHistory learnt(Snapshot snapshot) {
        UseHistory learnt = snapshot.learnt();
        return learnt == null || learnt.units().isEmpty() ? null : learnt;
    }

    static @Nullable Refusal refusal(Snapshot snapshot) {
        UseHistory learnt = learnt(snapshot);
        if (learnt == null) {
            return new Refusal.NothingLearnt(snapshot.subject());
        }
        return learnt.covered().lossy() == 0
                ? null
                : new Refusal.ChecksLost(snapshot.subject(), learnt.covered());
    }

    static Found of(
            Need need, Systemd systemd, UseHistory learnt, CapabilitySet keep, Trials trials) {
        CapabilitySet base = trials.base();
        return InertDrop.of(
                base,
                capability -> {
                    Kept needed = needed(capability, need, systemd, learnt, keep);
                    String why = "among those that %s sets for itself";
                    return needed == null
                            ? ofUnits(capability, need.setting(capability, base), why)
                            : needed;
                },
                trials);
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

    /// Keeps what the settings of a unit that runs give its processes, seen or not; systemd 246 and
    /// later leave it out in silence where it is missing.
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
}
