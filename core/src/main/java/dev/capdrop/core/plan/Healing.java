package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.plan.Ailments.Ailment;
import dev.capdrop.core.snapshot.TimeLimit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The failed units that each drop heals, for every subset of the capabilities that they ask for.
///
/// Units with the same conditions are healed by the same drops, so it is asked once for all of
/// them: a container may have thousands.
final class Healing {
    /// At most this many capabilities are tried in combination; a container that names more in the
    /// conditions of failed units was made to keep us busy.
    private static final int MOST = 10;

    private static final long MOST_QUESTIONS = 1L << 22;

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

    static @Nullable Refusal tooMuch(List<Ailment> ailments) {
        CapabilitySet candidates = Ailments.asked(ailments);
        long kinds = ailments.stream().map(Ailment::conditions).distinct().count();
        return candidates.size() > MOST || kinds << candidates.size() > MOST_QUESTIONS
                ? new Refusal.TooMuchToTry(ailments.size(), candidates.size())
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
