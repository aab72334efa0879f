package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.capability.Scope;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.forecast.Outlook;
import dev.capdrop.core.plan.Healing.Ailments.Ailment;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnitState;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The failed units that each drop heals, for every subset of the capabilities that they ask for;
/// units with the same conditions, of which there may be thousands, are asked once.
final class Healing {
    /// More capabilities in the conditions of failed units than these were made to keep us busy.
    private static final int MOST = 10;

    private static final long MOST_QUESTIONS = 1L << 22;
    private static final int INERT = 1;
    private static final int CAUTION = 2;
    private static final int NEARLY_INERT = 200;
    private static final int HONOURED = 1000;

    private final List<Ailment> ailments;
    private final List<CapabilitySet> drops;
    private final Map<List<Condition.Tested>, BitSet> healedBy = new HashMap<>();

    Healing(List<Ailment> ailments, TimeLimit time) {
        this.ailments = ailments;
        this.drops = subsets(Ailments.asked(ailments));
        for (Ailment ailment : ailments) {
            healedBy.computeIfAbsent(
                    ailment.conditions(),
                    _ -> {
                        time.check();
                        return those(ailment::isHealedBy);
                    });
        }
    }

    static Planner.@Nullable Refusal tooMuch(List<Ailment> ailments) {
        CapabilitySet candidates = Ailments.asked(ailments);
        long kinds = ailments.stream().map(Ailment::conditions).distinct().count();
        return candidates.size() > MOST || kinds << candidates.size() > MOST_QUESTIONS
                ? new Planner.Refusal.TooMuchToTry(ailments.size(), candidates.size())
                : null;
    }

    private BitSet those(Predicate<CapabilitySet> wanted) {
        BitSet those = new BitSet(drops.size());
        for (int i = 0; i < drops.size(); i++) {
            those.set(i, wanted.test(drops.get(i)));
        }
        return those;
    }

    List<CapabilitySet> drops() {
        return drops;
    }

    BitSet of(Ailment ailment) {
        return healedBy.getOrDefault(ailment.conditions(), new BitSet());
    }

    BitSet leaving(CapabilitySet keep) {
        return those(drop -> drop.intersect(keep).isEmpty());
    }

    int[] counts() {
        Map<BitSet, Integer> units = new HashMap<>();
        for (Ailment ailment : ailments) {
            units.merge(of(ailment), 1, Integer::sum);
        }
        int[] counts = new int[drops.size()];
        units.forEach((healing, many) -> healing.stream().forEach(i -> counts[i] += many));
        return counts;
    }

    List<Ailment> unlike(Collection<Ailment> units) {
        Map<BitSet, Ailment> unlike = new LinkedHashMap<>();
        units.forEach(ailment -> unlike.putIfAbsent(of(ailment), ailment));
        return List.copyOf(unlike.values());
    }

    private static List<CapabilitySet> subsets(CapabilitySet set) {
        List<CapabilitySet> subsets = new ArrayList<>(List.of(CapabilitySet.EMPTY));
        for (Capability capability : set) {
            int before = subsets.size();
            for (int i = 0; i < before; i++) {
                subsets.add(subsets.get(i).with(capability));
            }
        }
        return subsets;
    }

    private record Candidate(CapabilitySet drop, int healed, int price) {}

    /// Returns the cheapest drop of those that heal the most units and cost no other; of equally
    /// cheap ones the smaller, then the one with the lower mask, which comes first among the
    /// subsets, so that each plan is the same.
    ///
    /// The subsets that heal the most, by conditions alone, are taken first, of these the cheapest,
    /// and put to the forecast until one costs nothing. None is ruled out because a part of it
    /// costs a unit: the whole may have that unit skipped, at no loss.
    CapabilitySet cheapest(CapabilitySet keep, Trials trials, Need need) {
        return candidates(keep, need).stream()
                .map(Candidate::drop)
                .filter(drop -> trials.lost(drop).isEmpty())
                .findFirst()
                .orElse(CapabilitySet.EMPTY);
    }

    private List<Candidate> candidates(CapabilitySet keep, Need need) {
        int[] healed = counts();
        BitSet allowed = leaving(keep);
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < healed.length; i++) {
            if (healed[i] > 0 && allowed.get(i)) {
                CapabilitySet drop = drops.get(i);
                candidates.add(new Candidate(drop, healed[i], price(drop, need)));
            }
        }
        candidates.sort(
                Comparator.comparingInt(Candidate::healed)
                        .reversed()
                        .thenComparingInt(Candidate::price)
                        .thenComparingInt(candidate -> candidate.drop.size()));
        return candidates;
    }

    /// Returns how much the loss of a drop is worth avoiding: no number of capabilities that the
    /// kernel never honours outweighs one that it honours somewhere.
    static int price(CapabilitySet drop, Need need) {
        return drop.stream().mapToInt(capability -> price(capability, need)).sum();
    }

    private static int price(Capability capability, Need need) {
        Knowledge known = capability.knowledge();
        if (known == null || need.isMissed(capability)) {
            return HONOURED;
        }
        if (need.isInert(capability)) {
            return known.caution().isEmpty() ? INERT : CAUTION;
        }
        return known.scope() == Scope.NEARLY_INERT ? NEARLY_INERT : HONOURED;
    }

    /// Units that a drop keeps from failing: those that failed with a capability that is worth
    /// nothing to them, and those that the next start starts in vain ([StartReview.VainStarts]).
    static final class Ailments {
        private final CapabilitySet base;
        private final StartReview.VainStarts vainStarts;
        private final Observed seen;
        private final List<Ailment> all = new ArrayList<>();

        Ailments(Observed seen, CapabilitySet base) {
            this.seen = seen;
            this.base = base;
            this.vainStarts = StartReview.VainStarts.of(seen, base);
            for (UnitState unit : seen.systemd().units()) {
                if (canBeHealed(unit)) {
                    CapabilitySet asked = Conditions.asked(unit.conditions()).intersect(base);
                    Ailment ailment = new Ailment(this, unit.name(), unit.conditions(), asked);
                    if (!ailment.isHealedBy(CapabilitySet.EMPTY)) {
                        all.add(ailment);
                    }
                }
            }
        }

        private boolean canBeHealed(UnitState unit) {
            boolean inVain = unit.failed() && !Diagnosis.inertConditions(unit, seen).isEmpty();
            return unit.loaded()
                    && !unit.detail().files().needDaemonReload()
                    && (inVain || vainStarts.contains(unit));
        }

        List<Ailment> all() {
            return all;
        }

        static CapabilitySet asked(List<Ailment> ailments) {
            return CapabilitySet.unionOf(ailments.stream().map(Ailment::asked));
        }

        private boolean isHealed(List<Condition.Tested> conditions, CapabilitySet drop) {
            CapabilitySet bounding = base.minus(drop);
            CapabilitySet dropped = seen.init().bounding().minus(bounding);
            boolean netIsReadOnly = Outlook.RuntimeMounts.netIsReadOnly(seen.systemd(), dropped);
            Outlook next = new Outlook(bounding, seen.systemd().nextBoot(), netIsReadOnly);
            Condition.Result result = next.list(conditions);
            return result == Condition.Result.FAILED || result == Condition.Result.ERROR;
        }

        record Ailment(
                Ailments among,
                String unit,
                List<Condition.Tested> conditions,
                CapabilitySet asked) {
            boolean isHealedBy(CapabilitySet drop) {
                return among.isHealed(conditions, drop);
            }
        }
    }
}
