package dev.capdrop.core.plan;

import static java.util.Objects.requireNonNull;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.Lazy;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.Healing.Ailments.Ailment;
import dev.capdrop.core.plan.Plan.Conflict;
import dev.capdrop.core.plan.Plan.Conflict.Constraint.Kind;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.TimeLimit;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The drop of one container for a goal, beside what the request names. All goals ask the same
/// [Trials] what a drop costs: [Healing] is exact over the few capabilities that failed units ask
/// for; `inert` and `least` go through all capabilities once.
final class GoalSearch {
    private final Goal goal;
    private final Observed seen;
    private final Need need;
    private final CapabilitySet rest;
    private final Trials trials;
    private final List<Ailment> ailments;
    private final @Nullable UseHistory learnt;
    private final TimeLimit time;
    private final Lazy<Healing> healing;

    public GoalSearch(Forecaster forecaster, Planner.Request request) {
        this.seen = forecaster.seen();
        this.goal = request.goal();
        this.need = new Need(seen);
        this.rest = NextStart.of(seen.snapshot()).bounding().minus(request.drop());
        UseHistory known = goal == Goal.LEAST ? LeastDrop.learnt(seen.snapshot()) : null;
        this.learnt = known;
        Losses losses = new Losses(seen, request.allowSkip());
        this.trials =
                new Trials(
                        forecaster,
                        rest,
                        switch (goal) {
                            case NONE -> losses::certain;
                            case HEALTHY, NEW -> losses::possible;
                            case INERT, LEAST ->
                                    known == null
                                            ? losses::orUndecided
                                            : forecast -> losses.unwatched(forecast, known);
                        });
        this.time = forecaster.time();
        boolean heals = goal == Goal.HEALTHY || goal == Goal.NEW;
        this.ailments = heals ? new Healing.Ailments(seen, rest).all() : List.of();
        this.healing = new Lazy<>(() -> new Healing(ailments, time));
    }

    /// Returns why there is nothing to search with, or null; only then may anything else be asked.
    public Planner.@Nullable Refusal refusal() {
        return switch (goal) {
            case NONE -> null;
            case HEALTHY, NEW -> Healing.tooMuch(ailments);
            case INERT -> need.refusal();
            case LEAST -> {
                Planner.Refusal unknown = LeastDrop.refusal(seen.snapshot());
                yield unknown == null ? need.refusal() : unknown;
            }
        };
    }

    /// The result of a search; `kept`: what goals `inert` and `least` looked at and do not drop.
    record Found(CapabilitySet drop, List<Plan.Kept> kept) {}

    Found found(CapabilitySet keep) {
        return switch (goal) {
            case NONE -> new Found(CapabilitySet.EMPTY, List.of());
            case HEALTHY, NEW -> new Found(healing.get().cheapest(keep, trials, need), List.of());
            case INERT -> trials.free(rest.only(Need::isInQuestion), it -> need.forIt(it, keep));
            case LEAST -> LeastDrop.of(need, seen.systemd(), requireNonNull(learnt), keep, trials);
        };
    }

    List<Plan.Conflict> unhealed(CapabilitySet found, CapabilitySet keep) {
        Map<Boolean, List<Ailment>> healed = byHealing(found);
        Proof proof = new Proof(healed.getOrDefault(true, List.of()), keep);
        return healed.getOrDefault(false, List.of()).stream().map(proof::of).toList();
    }

    private Map<Boolean, List<Ailment>> byHealing(CapabilitySet drop) {
        return ailments.stream().collect(Collectors.partitioningBy(a -> a.isHealedBy(drop)));
    }

    /// Returns the units that fail for want of a capability, or start in vain, and that this drop
    /// heals, or those that it does not.
    public List<String> ailing(CapabilitySet drop, boolean healed) {
        return byHealing(drop).getOrDefault(healed, List.of()).stream().map(Ailment::unit).toList();
    }

    Trials trials() {
        return trials;
    }

    /// Returns who besides a unit would miss it, one sentence fragment; empty for nobody known.
    public String missing(Capability capability) {
        return need.isMissed(capability) ? need.caution(capability) : "";
    }

    /// Why failed units are not healed: constraints that exclude each other, as few as it takes.
    ///
    /// Constraints are added until no drop respects all of them, then each that this does not hang
    /// on is taken away (the "deletion filter" of Chinneck and Dravnieks, ORSA Journal on Computing
    /// 3(2), 1991). The rest is minimal, not the smallest: other units to be healed go first, then
    /// what is to be kept, then units that would be lost.
    ///
    /// Drops of which a part heals as much count, too: a unit that the part costs may be skipped,
    /// at no loss, after the whole. Units that ask for the same and are healed alike share one
    /// proof.
    private final class Proof {
        private final List<Ailment> healed;
        private final CapabilitySet keep;
        private final Map<Likeness, Conflict> known = new HashMap<>();

        private record Likeness(BitSet healedBy, CapabilitySet asked) {}

        Proof(List<Ailment> healed, CapabilitySet keep) {
            this.healed = healing.get().unlike(healed);
            this.keep = keep;
        }

        Conflict of(Ailment unhealed) {
            Likeness likeness = new Likeness(healing.get().of(unhealed), unhealed.asked());
            Conflict like = known.computeIfAbsent(likeness, _ -> fresh(unhealed));
            List<Conflict.Constraint> constraints = new ArrayList<>(like.constraints());
            constraints.set(0, new Conflict.Constraint(Kind.HEAL, unhealed.unit()));
            return new Conflict(like.capabilities(), constraints);
        }

        private Conflict fresh(Ailment unhealed) {
            List<Ailment> heal = together(unhealed);
            CapabilitySet kept = keep.intersect(healing.get().drops().getLast());
            for (Capability capability : kept) {
                CapabilitySet fewer = kept.without(capability);
                kept = isFree(drops(heal, fewer)) ? kept : fewer;
            }
            return conflict(Healing.Ailments.asked(heal), heal, kept, inTheWay(drops(heal, kept)));
        }

        private List<Ailment> together(Ailment unhealed) {
            List<Ailment> heal = new ArrayList<>(List.of(unhealed));
            BitSet left = drops(heal, keep);
            for (Ailment other : healed) {
                if (!isFree(left)) {
                    break;
                }
                int before = left.cardinality();
                left.and(healing.get().of(other));
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
            int[] costs = new int[healing.get().drops().size()];
            SortedMap<String, BitSet> work = new TreeMap<>();
            drops.stream()
                    .forEach(drop -> {
                        for (String unit : trials.lost(healing.get().drops().get(drop))) {
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
            List<Conflict.Constraint> constraints =
                    new ArrayList<>(Kind.HEAL.of(heal.stream().map(Ailment::unit).toList()));
            constraints.addAll(Kind.KEEP.of(kept.names()));
            constraints.addAll(Kind.WORK.of(work));
            return new Conflict(asked, constraints);
        }

        private boolean isFree(BitSet drops) {
            time.check();
            return drops.stream()
                    .anyMatch(drop -> trials.lost(healing.get().drops().get(drop)).isEmpty());
        }

        private BitSet drops(List<Ailment> heal, CapabilitySet leave) {
            BitSet drops = healing.get().leaving(leave);
            heal.forEach(ailment -> drops.and(healing.get().of(ailment)));
            return drops;
        }
    }
}
