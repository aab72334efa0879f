package dev.capdrop.core.plan;

import dev.capdrop.core.capability.Capability;
import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.plan.Ailments.Ailment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Why a failed unit is not healed: the constraints that exclude each other, as few as it takes.
///
/// Constraints are added until no drop respects all of them, then each that this does not hang on
/// is taken away again.
final class Proof {
    private final Trials trials;
    private final CapabilitySet universe;
    private final boolean ruly;

    /// @param universe all capabilities that any failed unit asks for
    /// @param ruly see [Search#isRuly]
    Proof(Trials trials, CapabilitySet universe, boolean ruly) {
        this.trials = trials;
        this.universe = universe;
        this.ruly = ruly;
    }

    /// @param unhealed a unit that the plan does not heal
    /// @param healed those that it does
    Conflict of(Ailment unhealed, List<Ailment> healed, CapabilitySet keep) {
        List<Ailment> heal = together(unhealed, healed, keep);
        CapabilitySet kept = keep.intersect(usable(heal));
        for (Capability capability : kept) {
            CapabilitySet fewer = kept.minus(CapabilitySet.EMPTY.with(capability));
            kept = canBeHad(heal, fewer, null) ? kept : fewer;
        }
        return conflict(Ailments.asked(heal), heal, kept, inTheWay(heal, kept));
    }

    /// This unit, and as few of the others as it takes for them not to be healed together.
    private List<Ailment> together(Ailment unhealed, List<Ailment> others, CapabilitySet keep) {
        List<Ailment> heal = new ArrayList<>(List.of(unhealed));
        for (Ailment other : others) {
            if (!canBeHad(heal, keep, null)) {
                break;
            }
            heal.add(other);
        }
        for (Ailment other : List.copyOf(heal.subList(1, heal.size()))) {
            heal.remove(other);
            if (canBeHad(heal, keep, null)) {
                heal.add(other);
            }
        }
        return heal;
    }

    /// As few units as it takes that cannot be healed without losing one of these.
    private Set<String> inTheWay(List<Ailment> heal, CapabilitySet keep) {
        Set<String> work = new TreeSet<>();
        drops(heal, keep).forEach(drop -> work.addAll(trials.lost(drop)));
        for (String unit : List.copyOf(work)) {
            work.remove(unit);
            if (canBeHad(heal, keep, work)) {
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

    /// Whether some drop heals these, leaves those and costs none of these units; any unit, where
    /// `work` is null.
    private boolean canBeHad(List<Ailment> heal, CapabilitySet keep, @Nullable Set<String> work) {
        for (CapabilitySet drop : drops(heal, keep)) {
            List<String> lost = trials.lost(drop);
            if (work == null ? lost.isEmpty() : Collections.disjoint(lost, work)) {
                return true;
            }
        }
        return false;
    }

    /// The drops that heal all of these; where nothing is gained by a larger one, only those of
    /// which no part does.
    private List<CapabilitySet> drops(List<Ailment> heal, CapabilitySet keep) {
        List<CapabilitySet> all = Search.subsets(usable(heal).minus(keep));
        all.sort(Comparator.comparingInt(CapabilitySet::size));
        List<CapabilitySet> drops = new ArrayList<>();
        for (CapabilitySet drop : all) {
            boolean larger = ruly && drops.stream().anyMatch(drop::containsAll);
            if (!larger && heal.stream().allMatch(ailment -> ailment.isHealedBy(drop))) {
                drops.add(drop);
            }
        }
        return drops;
    }

    /// The capabilities whose drop can help to heal these at no cost.
    private CapabilitySet usable(List<Ailment> heal) {
        return ruly ? Ailments.asked(heal) : universe;
    }
}
