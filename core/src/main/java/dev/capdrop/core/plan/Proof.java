package dev.capdrop.core.plan;

import dev.capdrop.core.capability.Capability;
import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.plan.Ailments.Ailment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Why a failed unit is not healed: the constraints that exclude each other, as few as it takes.
///
/// Constraints are added until no drop respects all of them, then each that this does not hang on
/// is taken away again. Every drop is looked at, also those of which a part heals as much: a unit
/// that the part would cost may be skipped, at no loss, after the whole.
final class Proof {
    private final Trials trials;
    private final CapabilitySet universe;

    /// @param universe all capabilities that any failed unit asks for
    Proof(Trials trials, CapabilitySet universe) {
        this.trials = trials;
        this.universe = universe;
    }

    /// @param unhealed a unit that the plan does not heal
    /// @param healed those that it does
    Conflict of(Ailment unhealed, List<Ailment> healed, CapabilitySet keep) {
        List<Ailment> heal = together(unhealed, healed, keep);
        CapabilitySet kept = keep.intersect(universe);
        for (Capability capability : kept) {
            CapabilitySet fewer = kept.minus(CapabilitySet.EMPTY.with(capability));
            kept = isFree(heal, fewer) ? kept : fewer;
        }
        return conflict(Ailments.asked(heal), heal, kept, inTheWay(heal, kept));
    }

    /// This unit, and as few of the others as it takes for them not to be healed together.
    private List<Ailment> together(Ailment unhealed, List<Ailment> others, CapabilitySet keep) {
        List<Ailment> heal = new ArrayList<>(List.of(unhealed));
        for (Ailment other : others) {
            if (!isFree(heal, keep)) {
                break;
            }
            heal.add(other);
        }
        for (Ailment other : List.copyOf(heal.subList(1, heal.size()))) {
            heal.remove(other);
            if (isFree(heal, keep)) {
                heal.add(other);
            }
        }
        return heal;
    }

    /// As few units as it takes that cannot be healed without losing one of these.
    private Set<String> inTheWay(List<Ailment> heal, CapabilitySet keep) {
        Set<String> work = new TreeSet<>();
        List<CapabilitySet> drops = drops(heal, keep);
        drops.forEach(drop -> work.addAll(trials.lost(drop)));
        for (String unit : List.copyOf(work)) {
            work.remove(unit);
            if (drops.stream().anyMatch(drop -> sparesAll(work, drop))) {
                work.add(unit);
            }
        }
        return work;
    }

    private static Conflict conflict(
            CapabilitySet asked, List<Ailment> heal, CapabilitySet kept, Set<String> work) {
        List<Constraint> constraints = new ArrayList<>();
        heal.forEach(ailment -> constraints.add(new Constraint.Heal(ailment.unit())));
        kept.forEach(capability -> constraints.add(new Constraint.Keep(capability)));
        work.forEach(unit -> constraints.add(new Constraint.Work(unit)));
        return new Conflict(asked, constraints);
    }

    private boolean sparesAll(Set<String> work, CapabilitySet drop) {
        return Collections.disjoint(trials.lost(drop), work);
    }

    /// Whether some drop heals these, leaves those and costs no unit.
    private boolean isFree(List<Ailment> heal, CapabilitySet keep) {
        return drops(heal, keep).stream().anyMatch(drop -> trials.lost(drop).isEmpty());
    }

    /// The drops that heal all of these and leave those.
    private List<CapabilitySet> drops(List<Ailment> heal, CapabilitySet keep) {
        List<CapabilitySet> drops = Search.subsets(universe.minus(keep));
        drops.removeIf(drop -> !heal.stream().allMatch(ailment -> ailment.isHealedBy(drop)));
        return drops;
    }
}
