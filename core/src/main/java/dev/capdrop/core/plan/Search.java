package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.capability.Scope;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/// The cheapest drop of those that heal the most failed units and cost no other.
///
/// The search is exact: every subset of the capabilities that the failed units ask for is
/// considered. How many units a subset heals follows from conditions alone, so the subsets that
/// heal the most are taken first, of these the cheapest, and only what is taken is put to the
/// forecast. None is ruled out because a part of it costs a unit: the whole may have that unit
/// skipped, at no loss.
///
/// Of equally cheap subsets the smaller comes first, then the one whose mask is the lower number,
/// so that one container gets the same plan each time.
///
/// Why it ends, and soon: units that ask for more capabilities than can be tried in each
/// combination are refused beforehand ([Healing#tooMuch]), so that there are 1,024 subsets at most,
/// and the forecast, which is what takes time, is asked only until the first costs nothing.
///
/// The price of a drop is what its loss is worth avoiding. What the kernel never honours in the
/// container is nearly free; no number of these outweighs one that it honours at some place, nor do
/// those outweigh one that it honours, or that something in the container is known to miss.
record Search(Healing healing, Trials trials, Need need) {
    private static final int INERT = 1;
    private static final int CAUTION = 2;
    private static final int NEARLY_INERT = 200;
    private static final int HONOURED = 1000;

    private record Candidate(CapabilitySet drop, int healed, int price) {}

    CapabilitySet cheapest(CapabilitySet keep) {
        return candidates(keep).stream()
                .map(Candidate::drop)
                .filter(drop -> trials.lost(drop).isEmpty())
                .findFirst()
                .orElse(CapabilitySet.EMPTY);
    }

    private List<Candidate> candidates(CapabilitySet keep) {
        int[] healed = healing.counts();
        BitSet allowed = healing.leaving(keep);
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < healed.length; i++) {
            if (healed[i] > 0 && allowed.get(i)) {
                CapabilitySet drop = healing.drops().get(i);
                candidates.add(new Candidate(drop, healed[i], price(drop, need)));
            }
        }
        candidates.sort(
                Comparator.comparingInt(Candidate::healed)
                        .reversed()
                        .thenComparingInt(Candidate::price)
                        .thenComparingInt(candidate -> candidate.drop.size())
                        .thenComparingLong(candidate -> candidate.drop.bits()));
        return candidates;
    }

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
}
