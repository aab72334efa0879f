package dev.capdrop.core.plan;

import dev.capdrop.core.capability.Capability;
import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.plan.Ailments.Ailment;
import java.util.ArrayList;
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
/// Of equally cheap subsets the smaller comes first, then the one whose mask is the lower number.
final class Search {
    /// At most this many capabilities are tried in combination; a container that names more in the
    /// conditions of failed units was made to keep us busy.
    private static final int MOST = 10;

    /// At most this often a unit is asked whether a drop heals it.
    private static final long MOST_QUESTIONS = 1L << 22;

    private final List<Ailment> ailments;
    private final Trials trials;
    private final Price price;

    Search(List<Ailment> ailments, Trials trials, Price price) {
        this.ailments = ailments;
        this.trials = trials;
        this.price = price;
    }

    /// @param keep what must not be dropped
    /// @throws IllegalArgumentException when there are more candidates than can be tried
    CapabilitySet cheapest(CapabilitySet keep) {
        requireFew(Ailments.asked(ailments));
        List<List<CapabilitySet>> byHealed = byHealed(Ailments.asked(ailments).minus(keep));
        for (int healed = byHealed.size() - 1; healed > 0; healed--) {
            List<CapabilitySet> drops = byHealed.get(healed);
            drops.sort(
                    Comparator.comparingInt(price::of)
                            .thenComparingInt(CapabilitySet::size)
                            .thenComparingLong(CapabilitySet::bits));
            for (CapabilitySet drop : drops) {
                if (trials.lost(drop).isEmpty()) {
                    return drop;
                }
            }
        }
        return CapabilitySet.EMPTY;
    }

    private void requireFew(CapabilitySet candidates) {
        if (candidates.size() > MOST
                || (long) ailments.size() << candidates.size() > MOST_QUESTIONS) {
            throw new IllegalArgumentException(
                    ailments.size()
                            + " failed units name "
                            + candidates.size()
                            + " capabilities that could be dropped, more than this program tries in"
                            + " combination; name some of them with --drop");
        }
    }

    /// All subsets, by how many units they heal.
    private List<List<CapabilitySet>> byHealed(CapabilitySet candidates) {
        List<List<CapabilitySet>> byHealed = new ArrayList<>();
        for (int i = 0; i <= ailments.size(); i++) {
            byHealed.add(new ArrayList<>());
        }
        for (CapabilitySet drop : subsets(candidates)) {
            int healed = 0;
            for (Ailment ailment : ailments) {
                healed += ailment.isHealedBy(drop) ? 1 : 0;
            }
            byHealed.get(healed).add(drop);
        }
        return byHealed;
    }

    /// Every subset, the empty one first.
    static List<CapabilitySet> subsets(CapabilitySet set) {
        List<CapabilitySet> subsets = new ArrayList<>(1 << set.size());
        subsets.add(CapabilitySet.EMPTY);
        for (Capability capability : set) {
            int before = subsets.size();
            for (int i = 0; i < before; i++) {
                subsets.add(subsets.get(i).with(capability));
            }
        }
        return subsets;
    }
}
