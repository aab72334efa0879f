package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.plan.Ailments.Ailment;
import dev.capdrop.core.plan.Plan.Conflict;
import dev.capdrop.core.plan.Plan.Conflict.Constraint;
import dev.capdrop.core.plan.Plan.Conflict.Constraint.Kind;
import dev.capdrop.core.snapshot.TimeLimit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Why failed units are not healed: the constraints that exclude each other, as few as it takes.
///
/// Constraints are added until no drop respects all of them, then each that this does not hang on
/// is taken away (the "deletion filter" of Chinneck and Dravnieks, ORSA Journal on Computing 3(2),
/// 1991). The rest is minimal, not the smallest: other units to be healed go first, then what is to
/// be kept, then units that would be lost.
///
/// Drops of which a part heals as much count, too: a unit that the part costs may be skipped, at no
/// loss, after the whole. Units that ask for the same and are healed alike share one proof.
final class Proof {
    private final Trials trials;
    private final Healing healing;
    private final TimeLimit time;
    private final List<Ailment> healed;
    private final CapabilitySet keep;
    private final Map<Likeness, Conflict> known = new HashMap<>();

    private record Likeness(BitSet healedBy, CapabilitySet asked) {}

    Proof(
            Trials trials,
            Healing healing,
            TimeLimit time,
            List<Ailment> healed,
            CapabilitySet keep) {
        this.trials = trials;
        this.healing = healing;
        this.time = time;
        this.healed = healing.unlike(healed);
        this.keep = keep;
    }

    Conflict of(Ailment unhealed) {
        Likeness likeness = new Likeness(healing.of(unhealed), unhealed.asked());
        Conflict like = known.computeIfAbsent(likeness, _ -> fresh(unhealed));
        List<Constraint> constraints = new ArrayList<>(like.constraints());
        constraints.set(0, new Constraint(Kind.HEAL, unhealed.unit()));
        return new Conflict(like.capabilities(), constraints);
    }

    private Conflict fresh(Ailment unhealed) {
        List<Ailment> heal = together(unhealed);
        CapabilitySet kept = keep.intersect(healing.drops().getLast());
        for (Capability capability : kept) {
            CapabilitySet fewer = kept.without(capability);
            kept = isFree(drops(heal, fewer)) ? kept : fewer;
        }
        return conflict(Ailments.asked(heal), heal, kept, inTheWay(drops(heal, kept)));
    }

    private List<Ailment> together(Ailment unhealed) {
        List<Ailment> heal = new ArrayList<>(List.of(unhealed));
        BitSet left = drops(heal, keep);
        for (Ailment other : healed) {
            if (!isFree(left)) {
                break;
            }
            int before = left.cardinality();
            left.and(healing.of(other));
            if (left.cardinality() < before) {
                heal.add(other);
            }
        }
        for (Ailment other : List.copyOf(heal.subList(1, heal.size()))) {
            heal.remove(other);
            if (isFree(drops(heal, keep))) {
                heal.add(other);
            }
        }
        return heal;
    }

    private Set<String> inTheWay(BitSet drops) {
        int[] costs = new int[healing.drops().size()];
        SortedMap<String, BitSet> work = new TreeMap<>();
        drops.stream()
                .forEach(drop -> {
                    for (String unit : trials.lost(healing.drops().get(drop))) {
                        work.computeIfAbsent(unit, _ -> new BitSet()).set(drop);
                        costs[drop]++;
                    }
                });
        work.values()
                .removeIf(costing -> {
                    boolean spared = costing.stream().anyMatch(drop -> costs[drop] == 1);
                    if (!spared) {
                        costing.stream().forEach(drop -> costs[drop]--);
                    }
                    return !spared;
                });
        return work.keySet();
    }

    private static Conflict conflict(
            CapabilitySet asked, List<Ailment> heal, CapabilitySet kept, Set<String> work) {
        List<Constraint> constraints =
                new ArrayList<>(Kind.HEAL.of(heal.stream().map(Ailment::unit).toList()));
        constraints.addAll(Kind.KEEP.of(kept.names()));
        constraints.addAll(Kind.WORK.of(work));
        return new Conflict(asked, constraints);
    }

    private boolean isFree(BitSet drops) {
        time.check();
        return drops.stream().anyMatch(drop -> trials.lost(healing.drops().get(drop)).isEmpty());
    }

    private BitSet drops(List<Ailment> heal, CapabilitySet leave) {
        BitSet drops = healing.leaving(leave);
        heal.forEach(ailment -> drops.and(healing.of(ailment)));
        return drops;
    }
}
